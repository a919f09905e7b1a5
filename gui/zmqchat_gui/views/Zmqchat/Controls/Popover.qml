import QtQuick
import QtQuick.Templates as T
import Zmqchat.Theme

T.Dialog {
    implicitWidth: contentWidth + leftPadding + rightPadding
    implicitHeight: contentHeight + topPadding + bottomPadding
    contentWidth: contentItem.implicitWidth
    contentHeight: contentItem.implicitHeight
    margins: 10
    padding: Theme.lg
    focus: true
    closePolicy: T.Dialog.CloseOnEscape | T.Dialog.CloseOnPressOutside

    background: Item {
        Shadow {}

        Rectangle {
            anchors.fill: parent
            radius: Theme.radiusLg
            color: Theme.color.raised
            border.color: Theme.color.border
        }
    }
}
