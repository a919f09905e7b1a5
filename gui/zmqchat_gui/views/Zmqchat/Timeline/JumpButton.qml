import QtQuick
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme

T.AbstractButton {
    id: button

    required property int below

    implicitWidth: row.implicitWidth + 30
    implicitHeight: Theme.control + 2
    hoverEnabled: true
    focusPolicy: Qt.TabFocus
    text: below > 1 ? qsTr("%1 new messages").arg(below) : below === 1 ? qsTr("1 new message") : qsTr("Jump to latest")
    Accessible.name: text

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }

    contentItem: Item {
        Row {
            id: row

            anchors.centerIn: parent
            spacing: 8

            Icon {
                anchors.verticalCenter: parent.verticalCenter
                glyph: "arrow-down"
                size: 16
                color: button.below > 0 ? Theme.color.onAccent : Theme.color.accent
            }

            Label {
                text: button.text
                font.pixelSize: Theme.label
                font.weight: Font.DemiBold
                color: button.below > 0 ? Theme.color.onAccent : Theme.color.text
                Accessible.ignored: true
            }
        }
    }

    background: Item {
        Shadow {
            radius: button.height / 2
        }

        Rectangle {
            anchors.fill: parent
            radius: height / 2
            color: button.below > 0 ? (button.hovered ? Theme.color.accentHover : Theme.color.accentFill) : button.hovered ? Theme.color.pressed : Theme.color.raised
            border.width: button.below > 0 ? 0 : 1
            border.color: Theme.color.border
        }

        FocusRing {
            radius: height / 2
            shown: button.visualFocus
        }
    }
}
