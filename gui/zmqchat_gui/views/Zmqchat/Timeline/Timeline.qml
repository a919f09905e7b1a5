pragma ComponentBehavior: Bound

import QtQuick
import Zmqchat.Theme
import Zmqchat.ViewModels

// The messages of a room. Row 0 is the newest and the list grows from the bottom, so that neither a
// live message nor a page of history moves what is being read.
Item {
    id: timeline

    required property Room room
    required property EmojiPicker picker
    readonly property alias list: view
    // the person moves it now: what happens to it is meant
    readonly property bool held: view.moved
    property string markedKey
    signal threadAsked(int seq)
    signal typed(string text)
    signal pasted

    // A change of size must not take the newest message out of sight.
    function keep() {
        if (room.timeline.following && !held)
            view.positionViewAtBeginning();
    }

    function follow() {
        if (held || !settle.running)
            room.timeline.following = view.atYEnd;
    }

    function toLatest() {
        room.timeline.following = true;
        view.positionViewAtBeginning();
    }

    MessageList {
        id: view

        anchors.fill: parent
        rows: timeline.room.timeline
        following: timeline.room.timeline.following
        verticalLayoutDirection: ListView.BottomToTop
        Accessible.name: qsTr("Messages in %1").arg(timeline.room.title)
        // Rows that change their height leave the end too: only a moment later it is the person.
        onAtYEndChanged: Qt.callLater(timeline.follow)
        onMovementEnded: timeline.room.timeline.following = atYEnd
        onHeightChanged: settle.restart()
        onWidthChanged: settle.restart()
        onCountChanged: settle.restart()
        Component.onCompleted: settle.restart()
        onActiveFocusChanged: if (activeFocus && currentRow() < 0)
            makeCurrent(0)
        Keys.onShortcutOverride: event => event.accepted = event.key === Qt.Key_Escape && !selection.empty
        Keys.onPressed: event => event.accepted = keys.press(event)
        onMenuAsked: (row, at, link) => menu.openAt(row, view, at, link)

        header: Item {
            implicitHeight: Theme.sm
        }

        footer: TimelineEdge {
            width: view.width
            room: timeline.room
        }

        delegate: MessageRow {
            id: row

            width: view.width
            selection: view.selection
            onHeightChanged: view.hold()
            focused: view.keyed && key === view.currentKey
            marked: key === timeline.markedKey
            reactable: timeline.room.canReact && seq > 0
            onReacted: emoji => timeline.room.timeline.react(seq, emoji)
            onRetryAsked: timeline.room.timeline.retry(key)
            onDiscardAsked: timeline.room.timeline.discard(key)
            onThreadAsked: seq => timeline.threadAsked(seq)
            onJumpAsked: seq => timeline.room.timeline.jumpTo(seq)
            onUnfoldAsked: timeline.room.timeline.unfold(key)
            onWholeAsked: whole => {
                timeline.room.timeline.following = false;
                view.take(row);
                timeline.room.timeline.showAll(key, whole);
            }
            onAddReactionAsked: from => timeline.picker.pick(from, emoji => timeline.room.timeline.react(seq, emoji))

            Loader {
                active: row.active && !view.selecting && row.kind === "message" && row.seq > 0 && !row.redacted
                anchors.right: row.right
                // the button beside code stays free
                anchors.rightMargin: Theme.xl + (row.continued ? Theme.gutter : 0)
                y: Math.max(0, row.body.y - 14)
                z: 2

                sourceComponent: HoverBar {
                    room: timeline.room
                    composer: timeline.room.composer
                    message: row
                    onThreadAsked: seq => timeline.threadAsked(seq)
                    menu: menu
                    picker: timeline.picker
                }
            }
        }
    }

    TimelineKeys {
        id: keys

        room: timeline.room
        composer: timeline.room.composer
        view: view
        onThreadAsked: seq => timeline.threadAsked(seq)
        menu: menu
        picker: timeline.picker
        onTyped: text => timeline.typed(text)
        onPasted: timeline.pasted()
        onRedactAsked: seq => question.ask(seq)
    }

    JumpButton {
        // not over the actions of a message, which are at the right
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.md
        visible: !timeline.room.timeline.following && view.count > 0
        below: timeline.room.timeline.below
        onClicked: timeline.toLatest()
    }

    MessageMenu {
        id: menu

        room: timeline.room
        composer: timeline.room.composer
        selection: view.selection
        onThreadAsked: seq => timeline.threadAsked(seq)
        onRedactAsked: seq => question.ask(seq)
    }

    RedactQuestion {
        id: question

        room: timeline.room
    }

    Connections {
        target: timeline.room.timeline

        function onRowWanted(row: int) {
            settle.stop();
            view.show(row);
            timeline.room.timeline.following = view.atYEnd;
            timeline.markedKey = (view.itemAtIndex(row) as MessageRow)?.key ?? "";
            unmark.restart();
        }
    }

    Timer {
        id: settle

        interval: 0
        onTriggered: {
            timeline.keep();
            Qt.callLater(timeline.follow);
        }
    }

    Timer {
        id: unmark

        interval: 1600
        onTriggered: timeline.markedKey = ""
    }
}
