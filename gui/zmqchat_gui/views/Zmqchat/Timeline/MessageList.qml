import QtQuick
import Zmqchat.Controls
import Zmqchat.ViewModels

// Messages as a list: the wheel scrolls, the mouse selects, and a press under them takes the focus.
ListView {
    id: list

    required property Selection selection
    // whether the keys walk the messages, so that one of them is to be marked
    property bool walked: true
    readonly property bool keyed: activeFocus && walked
    readonly property bool selecting: area.pressed
    readonly property bool dragged: bar.pressed
    // elsewhere: where nobody looks at what is selected here
    readonly property bool writing: (Window.activeFocusItem as TextEdit) !== null
    signal menuAsked(MessageRow row, point at, string link)

    function scrollBy(by: real) {
        contentY = Math.max(originY, Math.min(originY + contentHeight - height, contentY + by));
        returnToBounds();
    }

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

    SelectionArea {
        id: area

        parent: list
        anchors.fill: parent
        z: -1
        view: list
        selection: list.selection
        onPressedOn: row => {
            list.walked = false;
            list.currentIndex = row.index;
            list.forceActiveFocus(Qt.MouseFocusReason);
        }
        onScrolled: by => list.scrollBy(by)
        onMenuAsked: (row, at, link) => list.menuAsked(row, at, link)
    }
}
