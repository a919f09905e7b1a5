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

    spacing: 1
    Component.onCompleted: forceLayout()

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

    Loader {
        width: column.width
        active: column.message.redacted
        visible: active

        sourceComponent: SentenceLabel {
            text: qsTr("This message was deleted.")
            chosen: column.message.chosen
            opacity: column.message.changing.includes("redacted") ? Theme.pending : 1
            font.italic: true
        }
    }

    Blocks {
        id: blocks

        width: column.width
        visible: !column.message.redacted
        blocks: column.message.blocks
        edited: column.message.edited
        row: column.message.index
        selection: column.message.selection
        opacity: column.message.delivery === "pending" || column.message.changing.includes("edited") ? Theme.pending : 1
        onPositioningComplete: column.forceLayout()
    }

    Loader {
        width: column.width
        active: column.message.reactions.length > 0 && !column.message.redacted
        visible: active

        sourceComponent: Reactions {
            reactions: column.message.reactions
            enabledHere: column.reactable
            onToggled: emoji => column.message.reacted(emoji)
            onAddAsked: from => column.addReactionAsked(from)
        }
    }

    Loader {
        active: column.message.threadCount > 0 && column.message.threaded
        visible: active

        sourceComponent: ThreadLine {
            count: column.message.threadCount
            onClicked: column.message.threadAsked(column.message.seq)
        }
    }

    Loader {
        width: column.width
        active: column.message.delivery !== "sent"
        visible: active

        sourceComponent: DeliveryLine {
            failed: column.message.delivery === "failed"
            failure: column.message.failure
            onRetryAsked: column.message.retryAsked()
            onDiscardAsked: column.message.discardAsked()
        }
    }
}
