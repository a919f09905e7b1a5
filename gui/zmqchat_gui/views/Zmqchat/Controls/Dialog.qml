import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Zmqchat.Theme

// A question over the window: a title, content, and buttons in `footer`.
T.Dialog {
    id: dialog

    property int wanted: 440
    property string hint

    parent: T.Overlay.overlay
    x: parent ? Math.round((parent.width - width) / 2) : 0
    y: parent ? Math.max(24, Math.round((parent.height - height) / 2.4)) : 0
    width: parent ? Math.min(wanted, parent.width - 32) : wanted
    height: Math.min(implicitHeight, parent ? parent.height - 48 : implicitHeight)
    implicitHeight: implicitHeaderHeight + implicitFooterHeight + contentItem.implicitHeight + topPadding + bottomPadding
    padding: Theme.xl
    topPadding: 0
    modal: true
    focus: true
    closePolicy: T.Popup.CloseOnEscape | T.Popup.CloseOnPressOutside

    header: Item {
        implicitHeight: words.implicitHeight + Theme.xl + Theme.md

        ColumnLayout {
            id: words

            x: Theme.xl
            y: Theme.xl
            width: parent.width - 2 * Theme.xl
            spacing: 4

            Label {
                Layout.fillWidth: true
                Layout.rightMargin: 36
                text: dialog.title
                font.pixelSize: Theme.title + 2
                font.weight: Font.DemiBold
                Accessible.role: Accessible.Heading
            }

            Label {
                Layout.fillWidth: true
                visible: text
                text: dialog.hint
                wrapMode: Text.Wrap
                font.pixelSize: Theme.label
                color: Theme.color.textMuted
                lineHeight: 1.25
            }
        }

        IconButton {
            anchors.right: parent.right
            anchors.top: parent.top
            anchors.margins: 14
            glyph: "close"
            text: qsTr("Close")
            onClicked: dialog.close()
        }
    }

    background: Item {
        Shadow {}

        Rectangle {
            anchors.fill: parent
            radius: Theme.radiusLg
            color: Theme.color.raised
            border.color: Theme.color.border
        }
    }

    T.Overlay.modal: Rectangle {
        color: Theme.color.scrim
    }
}
