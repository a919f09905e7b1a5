import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// What stands before the oldest row: the beginning of the room, or that more is on its way.
Item {
    id: edge

    required property Room room

    implicitHeight: room.timeline.whole ? welcome.implicitHeight + 2 * Theme.xxl : Theme.xxl + Theme.md

    Spinner {
        anchors.centerIn: parent
        visible: edge.room.timeline.loading
    }

    ColumnLayout {
        id: welcome

        visible: edge.room.timeline.whole
        x: Theme.xl
        y: Theme.xxl
        width: parent.width - 2 * Theme.xl
        spacing: 6

        Rectangle {
            implicitWidth: 48
            implicitHeight: 48
            radius: 14
            color: Theme.color.accentSoft

            Icon {
                anchors.centerIn: parent
                glyph: edge.room.kind === "direct" ? "at" : edge.room.kind === "private" ? "lock" : "hash"
                size: 24
                color: Theme.color.accent
            }
        }

        Label {
            Layout.fillWidth: true
            text: edge.room.kind === "direct" ? edge.room.title : qsTr("Welcome to %1").arg(edge.room.title)
            font.pixelSize: Theme.heading
            font.weight: Font.DemiBold
            Accessible.role: Accessible.Heading
        }

        Label {
            Layout.fillWidth: true
            wrapMode: Text.Wrap
            text: edge.room.kind === "direct" ? qsTr("This is the beginning of your conversation.") : edge.room.description || qsTr("This is the beginning of the room.")
            font.pixelSize: Theme.label
            color: Theme.color.textMuted
        }
    }
}
