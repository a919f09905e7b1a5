pragma ComponentBehavior: Bound

import QtQuick
import Zmqchat.Theme

// What may stand under the text of a message.
Column {
    id: column

    required property Message message
    required property bool tall
    required property bool reactable
    signal addReactionAsked(Item from)

    function settle() {
        (reactions.item as Reactions)?.forceLayout();
        forceLayout();
    }

    spacing: 1
    Component.onCompleted: settle()

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

    Loader {
        active: column.tall || column.message.cut
        visible: active

        sourceComponent: WholeLine {
            whole: column.message.whole
            onClicked: column.message.wholeAsked(!whole)
        }
    }

    Loader {
        id: reactions

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
            waiting: column.message.delivery === "waiting"
            failed: column.message.delivery === "failed"
            failure: column.message.failure
            onRetryAsked: column.message.retryAsked()
            onDiscardAsked: column.message.discardAsked()
        }
    }
}
