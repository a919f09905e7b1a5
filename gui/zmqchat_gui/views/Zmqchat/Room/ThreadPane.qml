pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Zmqchat.Theme
import Zmqchat.Timeline
import Zmqchat.ViewModels

// The open thread, and the field that answers in it.
ColumnLayout {
    id: pane

    required property Room room
    readonly property Item area: (answer.item as ComposerBox)?.area ?? list

    spacing: 0

    ThreadList {
        id: list

        Layout.fillWidth: true
        Layout.fillHeight: true
        room: pane.room
        picker: picker
        onTyped: text => (answer.item as ComposerBox)?.write(text)
        onPasted: (answer.item as ComposerBox)?.paste()
    }

    Loader {
        id: answer

        Layout.fillWidth: true
        Layout.margins: Theme.lg
        Layout.topMargin: Theme.sm
        Layout.bottomMargin: 30 // beside the room's own composer
        active: pane.room.canWrite && pane.room.canReply
        visible: active

        sourceComponent: ComposerBox {
            composer: pane.room.threadComposer
            picker: picker
            tallest: Math.max(96, pane.height / 3)
            Component.onCompleted: area.forceActiveFocus()
        }
    }

    EmojiPicker {
        id: picker
    }
}
