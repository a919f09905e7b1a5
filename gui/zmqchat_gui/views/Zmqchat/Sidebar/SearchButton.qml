import QtQuick
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme

// Looks like a field; opens the switcher.
T.AbstractButton {
    id: button

    implicitHeight: Theme.control
    hoverEnabled: true
    focusPolicy: Qt.TabFocus
    text: qsTr("Go to a room or person")
    Accessible.name: text

    contentItem: Item {
        Icon {
            x: 12
            anchors.verticalCenter: parent.verticalCenter
            glyph: "search"
            size: 15
            color: Theme.color.textFaint
        }

        Label {
            x: 12 + Math.round(22 * Theme.scale)
            height: parent.height
            text: qsTr("Go to…")
            font.pixelSize: Theme.label
            color: Theme.color.textFaint
            Accessible.ignored: true
        }

        Label {
            anchors.right: parent.right
            anchors.rightMargin: 10
            height: parent.height
            text: qsTr("Ctrl+K")
            font.pixelSize: Theme.small
            color: Theme.color.textFaint
            Accessible.ignored: true
        }
    }

    background: Rectangle {
        radius: Theme.radius
        color: Theme.color.field
        border.color: button.hovered ? Theme.color.borderStrong : Theme.color.border

        FocusRing {
            shown: button.visualFocus
        }
    }
}
