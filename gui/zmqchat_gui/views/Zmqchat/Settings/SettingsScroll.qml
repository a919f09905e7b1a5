import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme

// A page that scrolls, by itself too: whatever gets the focus is in sight.
Flickable {
    id: scroll

    readonly property Item focused: Window.activeFocusItem

    function holds(item: Item): bool {
        while (item && item !== contentItem)
            item = item.parent;
        return item !== null;
    }

    function reveal(item: Item) {
        const top = item.mapToItem(contentItem, 0, 0).y - Theme.md;
        const bottom = top + item.height + 2 * Theme.md;
        const wanted = Math.max(Math.min(contentY, top), bottom - height);
        contentY = Math.max(0, Math.min(wanted, contentHeight - height));
    }

    clip: true
    boundsBehavior: Flickable.StopAtBounds
    onFocusedChanged: if (focused && holds(focused))
        reveal(focused)
    ScrollBar.vertical: ScrollBar {}
}
