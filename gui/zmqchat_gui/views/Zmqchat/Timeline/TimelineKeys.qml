import QtQuick
import Zmqchat.ViewModels

// What keys do with the message that has the focus.
QtObject {
    id: keys

    required property Room room
    required property Composer composer
    required property MessageList view
    required property MessageMenu menu
    required property EmojiPicker picker
    signal redactAsked(int seq)
    signal threadAsked(int seq)
    // what is typed after a click belongs to the composer
    signal typed(string text)
    signal pasted

    function press(event: KeyEvent): bool {
        const by = steps(event.key);
        if (by !== 0)
            return move(by, event.modifiers & Qt.ShiftModifier);
        if (event.key === Qt.Key_PageUp || event.key === Qt.Key_PageDown) {
            view.scrollBy((event.key === Qt.Key_PageUp ? -0.85 : 0.85) * view.height);
            return true;
        }
        if (select(event))
            return true;
        if (!view.walked)
            return write(event);
        const row = view.current();
        return row !== null && !(event.modifiers & ~(Qt.ShiftModifier | Qt.KeypadModifier)) && act(row, event.key);
    }

    function steps(key: int): int {
        return key === Qt.Key_Up ? view.up : key === Qt.Key_Down ? -view.up : key === Qt.Key_Home ? view.up * view.count : key === Qt.Key_End ? -view.up * view.count : 0;
    }

    function move(by: int, extending: bool): bool {
        const from = Math.max(0, view.currentRow());
        const to = Math.max(0, Math.min(view.count - 1, from + by));
        view.walked = true;
        view.makeCurrent(to);
        view.positionViewAtIndex(to, ListView.Contain);
        if (extending && view.count > 0)
            view.selection.extend(from, to);
        else
            view.selection.clear();
        return true;
    }

    function select(event: KeyEvent): bool {
        if (event.matches(StandardKey.SelectAll))
            view.selection.selectAll();
        else if (event.key === Qt.Key_Escape && !view.selection.empty)
            view.selection.clear();
        else if (event.matches(StandardKey.Copy) && !view.selection.empty)
            App.copy(view.selection.text());
        else
            return false;
        return true;
    }

    function write(event: KeyEvent): bool {
        if (event.matches(StandardKey.Paste))
            pasted();
        else if (event.text >= " " && !(event.modifiers & (Qt.ControlModifier | Qt.AltModifier | Qt.MetaModifier)))
            typed(event.text);
        else
            return false;
        return true;
    }

    function act(row: MessageRow, key: int): bool {
        if (row.kind === "folded" && (key === Qt.Key_Return || key === Qt.Key_Space))
            row.unfoldAsked();
        else if (key === Qt.Key_Space && row.tall)
            row.wholeAsked(!row.whole);
        else if (key === Qt.Key_Return || key === Qt.Key_Menu)
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
