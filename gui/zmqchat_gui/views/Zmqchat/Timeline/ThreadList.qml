pragma ComponentBehavior: Bound

import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// A message and its answers, the oldest first.
MessageList {
    id: list

    required property Room room
    required property EmojiPicker picker
    signal typed(string text)
    signal pasted

    rows: room.openThread
    topMargin: Theme.sm
    bottomMargin: Theme.sm
    cacheBuffer: 2000
    Accessible.name: qsTr("Messages in the thread")
    onCountChanged: Qt.callLater(positionViewAtEnd)
    onHeightChanged: Qt.callLater(positionViewAtEnd)
    onActiveFocusChanged: if (activeFocus && currentRow() < 0)
        makeCurrent(count - 1)
    Keys.onShortcutOverride: event => event.accepted = event.key === Qt.Key_Escape && !selection.empty
    Keys.onPressed: event => event.accepted = keys.press(event)
    onMenuAsked: (row, at, link) => menu.openAt(row, list, at, link)

    delegate: MessageRow {
        id: row

        width: ListView.view.width
        selection: list.selection
        onHeightChanged: list.hold()
        focused: list.keyed && key === list.currentKey
        threaded: false
        impliedReply: list.room.openThread.seq
        reactable: list.room.canReact && seq > 0
        onReacted: emoji => list.room.timeline.react(seq, emoji)
        onRetryAsked: list.room.timeline.retry(key)
        onDiscardAsked: list.room.timeline.discard(key)
        onJumpAsked: seq => list.room.timeline.jumpTo(seq)
        onUnfoldAsked: list.room.openThread.unfold(key)
        onWholeAsked: whole => {
            list.take(row);
            list.room.openThread.showAll(key, whole);
        }
        onAddReactionAsked: from => list.picker.pick(from, emoji => list.room.timeline.react(seq, emoji))

        Loader {
            active: row.active && !list.selecting && row.seq > 0 && !row.redacted
            anchors.right: row.right
            anchors.rightMargin: Theme.md + (row.continued ? Theme.gutter : 0)
            y: Math.max(0, row.body.y - 14)
            z: 2

            sourceComponent: HoverBar {
                room: list.room
                composer: list.room.threadComposer
                message: row
                menu: menu
                picker: list.picker
            }
        }
    }

    TimelineKeys {
        id: keys

        room: list.room
        composer: list.room.threadComposer
        view: list
        menu: menu
        picker: list.picker
        onTyped: text => list.typed(text)
        onPasted: list.pasted()
        onRedactAsked: seq => question.ask(seq)
    }

    MessageMenu {
        id: menu

        room: list.room
        selection: list.selection
        composer: list.room.threadComposer
        onRedactAsked: seq => question.ask(seq)
    }

    RedactQuestion {
        id: question

        room: list.room
    }

    Spinner {
        anchors.centerIn: parent
        visible: list.room.openThread.loading && list.count === 0
    }
}
