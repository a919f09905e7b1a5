pragma ComponentBehavior: Bound

import QtQuick
import Zmqchat.Theme

// Everything of a message right of its avatar.
Column {
    id: column

    required property Message message
    required property bool reactable
    readonly property alias words: blocks
    signal addReactionAsked(Item from)

    // Innermost first: a column that is asked for its height before has that of another message.
    function settle() {
        blocks.forceLayout();
        (foot.item as MessageFoot)?.settle();
        forceLayout();
    }

    spacing: 1
    Component.onCompleted: settle()

    Loader {
        width: column.width
        active: !column.message.continued
        visible: active

        sourceComponent: MessageHead {
            name: column.message.senderTitle
            time: column.message.timeText
            timeFull: column.message.timeFull
            pinned: column.message.pinned
            pinning: column.message.changing.includes("pinned")
        }
    }

    Blocks {
        id: blocks

        width: column.width
        visible: !column.message.redacted
        blocks: column.message.blocks
        edited: column.message.edited
        whole: column.message.whole
        row: column.message.index
        selection: column.message.selection
        opacity: column.message.unsent || column.message.changing.includes("edited") ? Theme.pending : 1
    }

    // What most messages have nothing of.
    Loader {
        id: foot

        width: column.width
        active: blocks.tall || column.message.footed
        visible: active

        sourceComponent: MessageFoot {
            message: column.message
            tall: blocks.tall
            reactable: column.reactable
            onAddReactionAsked: from => column.addReactionAsked(from)
        }
    }
}
