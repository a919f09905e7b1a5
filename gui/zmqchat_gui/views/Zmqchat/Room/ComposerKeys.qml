import QtQuick
import QtQuick.Templates as T
import Zmqchat.ViewModels

// Enter sends, Shift+Enter breaks the line, Up in an empty field edits the last message.
QtObject {
    id: keys

    required property Composer composer
    required property CompletionList completions
    required property T.TextArea area
    // Esc is for something here, and not for the window
    readonly property bool escapes: completions.shown || composer.replySeq > 0 || composer.editSeq > 0

    function press(event: KeyEvent): bool {
        if (completions.shown && offered(event.key))
            return true;
        const enter = event.key === Qt.Key_Return || event.key === Qt.Key_Enter;
        if (enter && !(event.modifiers & (Qt.ShiftModifier | Qt.AltModifier))) {
            composer.send();
            return true;
        }
        if (event.key === Qt.Key_Up && area.length === 0 && event.modifiers === Qt.NoModifier)
            return composer.editLast();
        if (event.key === Qt.Key_Escape && (composer.replySeq > 0 || composer.editSeq > 0)) {
            composer.cancel();
            return true;
        }
        if (event.key === Qt.Key_Tab || event.key === Qt.Key_Backtab) {
            area.nextItemInFocusChain(event.key === Qt.Key_Tab).forceActiveFocus(Qt.TabFocusReason);
            return true;
        }
        return false;
    }

    function offered(key: int): bool {
        if (key === Qt.Key_Down)
            completions.move(1);
        else if (key === Qt.Key_Up)
            completions.move(-1);
        else if (key === Qt.Key_Tab || key === Qt.Key_Return || key === Qt.Key_Enter)
            composer.complete(completions.current);
        else if (key === Qt.Key_Escape)
            composer.closeCompletions();
        else
            return false;
        return true;
    }
}
