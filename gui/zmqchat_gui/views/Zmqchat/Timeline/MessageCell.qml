pragma ComponentBehavior: Bound

import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme

// A message: its ground, the quote above it, the avatar, and the rest.
Item {
    id: cell

    required property Message message
    readonly property alias words: rest.words
    readonly property int gap: message.continued ? 3 : 10
    readonly property int indent: Theme.xl + 48

    // marks that are piled up high stay in their message
    clip: true
    implicitHeight: rest.y + rest.implicitHeight + 4

    Rectangle {
        anchors.fill: parent
        color: cell.message.marked ? Theme.color.accentSoft : cell.message.delivery === "failed" ? Theme.color.dangerSoft : cell.message.mentionsMe ? Theme.color.mention : cell.message.active ? Theme.color.hover : "transparent"

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

    Label {
        visible: cell.message.continued && cell.message.active
        x: Theme.xl
        y: rest.y + 3
        width: 36
        horizontalAlignment: Text.AlignRight
        text: cell.message.timeText
        font.pixelSize: Theme.tiny
        color: Theme.color.textFaint
        Accessible.ignored: true
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
