import QtQuick
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme

// How many answers a message has; a press shows them.
T.AbstractButton {
    id: line

    required property int count

    implicitWidth: row.implicitWidth + 16
    implicitHeight: Math.round(26 * Theme.scale)
    hoverEnabled: true
    focusPolicy: Qt.NoFocus
    text: count === 1 ? qsTr("1 reply") : qsTr("%1 replies").arg(count)
    Accessible.name: text

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }

    contentItem: Item {
        Row {
            id: row

            anchors.verticalCenter: parent.verticalCenter
            spacing: 6

            Icon {
                anchors.verticalCenter: parent.verticalCenter
                glyph: "thread"
                size: 15
                color: Theme.color.accent
            }

            Label {
                anchors.verticalCenter: parent.verticalCenter
                text: line.text
                font.pixelSize: Theme.label
                font.weight: Font.DemiBold
                color: Theme.color.accent
                Accessible.ignored: true
            }
        }
    }

    background: Rectangle {
        x: -6
        radius: 6
        color: line.hovered ? Theme.color.pressed : "transparent"
    }
}
