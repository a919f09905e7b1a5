import QtQuick
import Zmqchat.ViewModels

// What keys do with the message that has the focus.
QtObject {
    id: keys

    required property Room room
    required property Composer composer
    required property ListView view
    required property MessageMenu menu
    required property EmojiPicker picker
    signal redactAsked(int seq)
    signal threadAsked(int seq)
    readonly property int up: view.verticalLayoutDirection === ListView.BottomToTop ? 1 : -1

    function press(event: KeyEvent): bool {
        switch (event.key) {
        case Qt.Key_Up:
            return move(up);
        case Qt.Key_Down:
            return move(-up);
        case Qt.Key_Home:
            return move(up * view.count);
        case Qt.Key_End:
            return move(-up * view.count);
        case Qt.Key_PageUp:
            return page(-1);
        case Qt.Key_PageDown:
            return page(1);
        }
        const row = view.currentItem as MessageRow;
        return row !== null && event.modifiers === Qt.NoModifier && act(row, event.key);
    }

    function move(by: int): bool {
        view.currentIndex = Math.max(0, Math.min(view.count - 1, view.currentIndex + by));
        view.positionViewAtIndex(view.currentIndex, ListView.Contain);
        return true;
    }

    function page(direction: int): bool {
        const wanted = view.contentY + direction * view.height * 0.85;
        view.contentY = Math.max(view.originY, Math.min(view.originY + view.contentHeight - view.height, wanted));
        view.returnToBounds();
        return true;
    }

    function act(row: MessageRow, key: int): bool {
        if (key === Qt.Key_Return || key === Qt.Key_Menu)
            menu.openFor(row, row);
        else if (key === Qt.Key_R && room.canReply && row.seq > 0)
            composer.reply(row.seq);
        else if (key === Qt.Key_T && row.threaded && row.seq > 0)
            threadAsked(row.seq);
        else if (key === Qt.Key_E && row.canEdit)
            composer.edit(row.seq);
        else if (key === Qt.Key_P && room.canPin && row.seq > 0)
            room.timeline.setPinned(row.seq, !row.pinned);
        else if (key === Qt.Key_Plus && room.canReact && row.seq > 0)
            picker.pick(row, emoji => room.timeline.react(row.seq, emoji));
        else if (key === Qt.Key_C)
            App.copy(room.timeline.textOf(row.key));
        else if (key === Qt.Key_L && room.canLink && row.seq > 0)
            App.copy(room.timeline.linkOf(row.seq));
        else if (key === Qt.Key_Delete && row.canRedact)
            redactAsked(row.seq);
        else
            return false;
        return true;
    }
}
