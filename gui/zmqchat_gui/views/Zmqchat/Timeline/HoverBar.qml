import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// What can be done with the message under the pointer.
Rectangle {
    id: bar

    required property Room room
    required property Composer composer
    required property Message message
    required property MessageMenu menu
    required property EmojiPicker picker
    signal threadAsked(int seq)

    implicitWidth: row.implicitWidth + 6
    implicitHeight: row.implicitHeight + 6
    radius: Theme.radius
    color: Theme.color.raised
    border.color: Theme.color.border
    Accessible.role: Accessible.ToolBar
    Accessible.name: qsTr("Message actions")

    Row {
        id: row

        x: 3
        y: 3

        IconButton {
            id: react

            visible: bar.room.canReact
            implicitWidth: 30
            implicitHeight: 28
            focusPolicy: Qt.NoFocus
            glyph: "smile"
            text: qsTr("Add a reaction")
            onClicked: bar.picker.pick(react, emoji => bar.room.timeline.react(bar.message.seq, emoji))
        }

        IconButton {
            visible: bar.room.canReply && bar.room.canWrite
            implicitWidth: 30
            implicitHeight: 28
            focusPolicy: Qt.NoFocus
            glyph: "reply"
            text: qsTr("Reply")
            onClicked: bar.composer.reply(bar.message.seq)
        }

        IconButton {
            visible: bar.message.threaded
            implicitWidth: 30
            implicitHeight: 28
            focusPolicy: Qt.NoFocus
            glyph: "thread"
            text: qsTr("Thread")
            onClicked: bar.threadAsked(bar.message.seq)
        }

        IconButton {
            visible: bar.message.canEdit
            implicitWidth: 30
            implicitHeight: 28
            focusPolicy: Qt.NoFocus
            glyph: "edit"
            text: qsTr("Edit")
            onClicked: bar.composer.edit(bar.message.seq)
        }

        IconButton {
            id: more

            implicitWidth: 30
            implicitHeight: 28
            focusPolicy: Qt.NoFocus
            glyph: "more"
            text: qsTr("More")
            onClicked: bar.menu.openFor(bar.message, more)
        }
    }
}
