import QtQuick
import Zmqchat.Controls
import Zmqchat.ViewModels

// Messages as a list: the wheel scrolls, the mouse selects, and a press under them takes the focus.
// It shows the same rows as long as it is there: another room has another list. Of a list that is
// given other rows, items remain that show the ones before.
RowList {
    id: list

    required property MessageRows rows
    readonly property Selection selection: rows.selection
    // whether the keys walk the messages, so that one of them is to be marked
    property bool walked: true
    readonly property bool keyed: activeFocus && walked
    // The message that the keys act on. A ListView would keep an item for its current row besides
    // those that it lays out, and draw it over others once rows came or the list jumped.
    property string currentKey
    readonly property bool selecting: area.pressed
    readonly property bool dragged: bar.pressed
    // elsewhere: where nobody looks at what is selected here
    readonly property bool writing: (Window.activeFocusItem as TextEdit) !== null
    // whether the newest message is to stay in sight; else what is read is
    property bool following: false
    readonly property bool moved: moving || dragged || selecting || steady.gliding
    // where the rows' numbers grow
    readonly property int up: verticalLayoutDirection === ListView.BottomToTop ? 1 : -1
    signal menuAsked(MessageRow row, point at, string link)

    function scrollBy(by: real) {
        steady.scrollBy(by);
    }

    // Brings a row into sight, and keeps it there until the person moves the list.
    function show(row: int) {
        steady.show(row);
    }

    function take(row: MessageRow) {
        steady.take(row);
    }

    function hold() {
        Qt.callLater(steady.hold);
    }

    // The row that the keys act on, or -1.
    function currentRow(): int {
        return rows.rowOf(currentKey);
    }

    // It, where it is in sight: nothing is done to what nobody sees.
    function current(): MessageRow {
        return itemAtIndex(currentRow()) as MessageRow;
    }

    function makeCurrent(row: int) {
        currentKey = row >= 0 && row < count ? rows.keyAt(row) : "";
    }

    model: rows
    acceptedButtons: Qt.NoButton
    boundsBehavior: Flickable.StopAtBounds
    currentIndex: -1
    highlightFollowsCurrentItem: false
    keyNavigationEnabled: false
    activeFocusOnTab: true
    clip: true
    Accessible.role: Accessible.List
    onWritingChanged: if (writing)
        selection.clear()
    onActiveFocusChanged: if (!activeFocus)
        walked = true
    ScrollBar.vertical: ScrollBar {
        id: bar
    }

    Steady {
        id: steady

        parent: list
        view: list
        rows: list.rows
        up: list.up
        following: list.following
    }

    SelectionArea {
        id: area

        parent: list
        anchors.fill: parent
        z: -1
        view: list
        selection: list.selection
        onPressedOn: row => {
            list.walked = false;
            list.currentKey = row.key;
            list.forceActiveFocus(Qt.MouseFocusReason);
        }
        onScrolled: by => list.scrollBy(by)
        onMenuAsked: (row, at, link) => list.menuAsked(row, at, link)
    }
}
