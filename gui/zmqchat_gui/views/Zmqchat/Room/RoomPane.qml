pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.Timeline
import Zmqchat.ViewModels

// The open room: header, timeline, composer.
Rectangle {
    id: pane

    required property Session session
    required property Room room
    required property bool narrow
    required property string side
    readonly property Item timelineView: timeline.list
    readonly property Item composerArea: (composer.item as ComposerBox)?.area ?? null
    signal sidebarAsked
    signal sideAsked(string side)
    signal threadAsked(int seq)

    function toLatest() {
        timeline.toLatest();
    }

    color: Theme.color.surface
    Accessible.role: Accessible.Pane
    Accessible.name: room.title

    ColumnLayout {
        anchors.fill: parent
        spacing: 0

        RoomHeader {
            Layout.fillWidth: true
            session: pane.session
            room: pane.room
            narrow: pane.narrow
            side: pane.side
            onSidebarAsked: pane.sidebarAsked()
            onSideAsked: side => pane.sideAsked(side)
        }

        ConnectionBanner {
            Layout.fillWidth: true
            session: pane.session
        }

        Timeline {
            id: timeline

            Layout.fillWidth: true
            Layout.fillHeight: true
            room: pane.room
            picker: picker
            onThreadAsked: seq => pane.threadAsked(seq)
            onTyped: text => (composer.item as ComposerBox)?.write(text)
            onPasted: (composer.item as ComposerBox)?.paste()
        }

        Loader {
            id: composer

            Layout.fillWidth: true
            Layout.leftMargin: Theme.xl
            Layout.rightMargin: Theme.xl
            active: pane.room.canWrite
            visible: active

            sourceComponent: ComposerBox {
                composer: pane.room.composer
                picker: picker
                tallest: Math.max(120, pane.height / 3)
                Component.onCompleted: area.forceActiveFocus()
            }
        }

        Label {
            Layout.fillWidth: true
            Layout.margins: Theme.lg
            visible: !pane.room.canWrite
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            text: pane.room.readOnlyText
            font.pixelSize: Theme.label
            color: Theme.color.textMuted
        }

        RowLayout {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.xl + 2
            Layout.rightMargin: Theme.xl - 6
            Layout.preferredHeight: 30

            Label {
                Layout.fillWidth: true
                text: pane.room.typingText
                font.pixelSize: Theme.small
                color: Theme.color.textMuted
                Accessible.role: Accessible.StatusBar
            }

            Completeness {
                room: pane.room
            }
        }
    }

    EmojiPicker {
        id: picker
    }

    // Whoever writes while reading far above wants to see it there.
    Connections {
        target: pane.room.composer

        function onPosted() {
            timeline.toLatest();
        }
    }
}
