import QtQuick
import Zmqchat.Theme

// Rich text that the view-model made safe: it has links, which are handed on, and no pictures. The
// list selects in it.
TextEdit {
    id: prose

    required property string html
    property string trail
    property point part: Qt.point(0, 0)
    property bool complete: false

    function offsetAt(x: real, y: real): int {
        return y < 0 ? 0 : y > height ? length : positionAt(x, y);
    }

    function mark() {
        if (part.y > part.x)
            select(part.x, part.y);
        else
            deselect();
    }

    // the list is what is pressed: an item that is enabled would take the press
    enabled: false
    readOnly: true
    persistentSelection: true
    activeFocusOnTab: false
    text: Theme.style.css(html + trail) + "<body>" + html + trail
    textFormat: TextEdit.RichText
    // Breaking a word of 64 KiB into a column of no width takes half a minute: not before it has one.
    wrapMode: complete && width > 40 ? TextEdit.Wrap : TextEdit.NoWrap
    color: Theme.color.text
    selectionColor: Theme.color.selection
    selectedTextColor: Theme.color.text
    font.family: Theme.sans
    font.pixelSize: Theme.body
    Accessible.ignored: true
    onPartChanged: mark()
    onTextChanged: mark()
    Component.onCompleted: {
        complete = true;
        mark();
    }
}
