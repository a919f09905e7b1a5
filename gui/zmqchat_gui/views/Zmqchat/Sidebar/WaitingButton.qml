import QtQuick
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// At an edge of the rooms: what waits to be read beyond it. A press opens it.
T.AbstractButton {
    id: button

    required property RoomsModel rooms
    required property bool upwards
    // in the model; -1 where nothing waits
    property int row: -1
    property int mentions: 0
    // what it takes of the rooms
    readonly property real taken: visible ? height + 8 : 0

    function show(which: int) {
        row = which;
        text = rooms.titleAt(which);
        mentions = rooms.mentionsAt(which);
    }

    visible: row >= 0
    implicitHeight: Math.round(28 * Theme.scale)
    implicitWidth: line.implicitWidth + 24
    hoverEnabled: true
    focusPolicy: Qt.NoFocus
    Accessible.name: upwards ? qsTr("Unread above: %1").arg(text) : qsTr("Unread below: %1").arg(text)

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }

    contentItem: Item {
        Row {
            id: line

            anchors.centerIn: parent
            spacing: 6

            Icon {
                anchors.verticalCenter: parent.verticalCenter
                glyph: button.upwards ? "arrow-up" : "arrow-down"
                size: 14
                color: Theme.color.onAccent
            }

            Label {
                width: Math.min(implicitWidth, button.parent ? button.parent.width - 80 : implicitWidth)
                text: button.text
                font.pixelSize: Theme.small
                font.weight: Font.DemiBold
                color: Theme.color.onAccent
                Accessible.ignored: true
            }
        }
    }

    background: Rectangle {
        radius: height / 2
        color: button.mentions > 0 ? Theme.color.danger : button.hovered ? Theme.color.accentHover : Theme.color.accentFill
    }
}
