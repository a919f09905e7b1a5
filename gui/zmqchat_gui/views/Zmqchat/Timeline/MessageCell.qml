pragma ComponentBehavior: Bound

import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme

// A message: its ground, the quote above it, the avatar, and the rest.
Rectangle {
    id: cell

    required property Message message
    readonly property alias words: rest.words
    readonly property alias body: rest
    readonly property int gap: message.continued ? 3 : 10
    readonly property int indent: Theme.xl + 48

    // marks that are piled up high stay in their message (to clip costs: not where there are none)
    clip: /[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3}/.test(message.plain)
    color: message.marked ? Theme.color.accentSoft : message.delivery === "failed" ? Theme.color.dangerSoft : message.mentionsMe ? Theme.color.mention : message.active ? Theme.color.hover : "transparent"
    implicitHeight: rest.y + rest.implicitHeight + 4

    Loader {
        anchors.fill: parent
        active: cell.message.mentionsMe || cell.message.focused

        sourceComponent: Item {
            Rectangle {
                visible: cell.message.mentionsMe
                width: 3
                height: parent.height
                color: Theme.color.mentionLine
            }

            Rectangle {
                anchors.fill: parent
                anchors.margins: 1
                visible: cell.message.focused
                color: "transparent"
                radius: 4
                border.width: 2
                border.color: Theme.color.accent
            }
        }
    }

    Loader {
        id: reply

        x: cell.indent
        y: cell.gap
        width: cell.width - x - Theme.xl
        active: cell.message.replySeq > 0 && cell.message.replySeq !== cell.message.impliedReply
        visible: active

        sourceComponent: ReplyLine {
            sender: cell.message.replySender
            quoted: cell.message.replyText
            onClicked: cell.message.jumpAsked(cell.message.replySeq)
        }
    }

    Loader {
        x: Theme.xl
        y: rest.y + 2
        active: !cell.message.continued

        sourceComponent: Avatar {
            size: 36
            initials: cell.message.initials
            tint: cell.message.tint
            picture: cell.message.avatar
        }
    }

    Loader {
        x: Theme.xl
        y: rest.y + 3
        active: cell.message.continued && cell.message.active

        sourceComponent: Label {
            width: 36
            horizontalAlignment: Text.AlignRight
            text: cell.message.timeText
            font.pixelSize: Theme.tiny
            color: Theme.color.textFaint
            Accessible.ignored: true
        }
    }

    MessageBody {
        id: rest

        x: cell.indent
        y: cell.gap + (reply.active ? reply.height + 2 : 0)
        width: cell.width - x - Theme.xl
        message: cell.message
        reactable: cell.message.reactable
        onAddReactionAsked: from => cell.message.addReactionAsked(from)
    }
}
