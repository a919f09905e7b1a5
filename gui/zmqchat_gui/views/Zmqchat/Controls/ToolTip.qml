import QtQuick
import QtQuick.Templates as T
import Zmqchat.Theme

T.ToolTip {
    id: tip

    y: parent ? parent.height + 6 : 0
    x: parent ? Math.round((parent.width - implicitWidth) / 2) : 0
    implicitWidth: words.implicitWidth + 20
    implicitHeight: words.implicitHeight + 12
    margins: 6
    delay: 500
    closePolicy: T.Popup.CloseOnEscape | T.Popup.CloseOnPressOutsideParent | T.Popup.CloseOnReleaseOutsideParent

    contentItem: Label {
        id: words

        text: tip.text
        horizontalAlignment: Text.AlignHCenter
        font.pixelSize: Theme.small
        font.weight: Font.Medium
        color: Theme.dark ? Theme.color.text : "#ffffff"
    }

    background: Rectangle {
        radius: 6
        color: Theme.dark ? "#33353f" : "#22242b"
        border.width: Theme.dark ? 1 : 0
        border.color: Theme.color.borderStrong
    }
}
