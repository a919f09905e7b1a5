pragma ComponentBehavior: Bound

import QtQuick
import Zmqchat.Theme
import Zmqchat.ViewModels

// The text of a message, block by block.
Column {
    id: column

    required property var blocks
    required property bool edited
    required property int row
    required property Selection selection
    required property bool whole
    readonly property int most: 28 * Theme.body
    readonly property bool tall: implicitHeight > 1.3 * most

    // Which block is there (x), and where in its text (y).
    function spotAt(x: real, y: real): point {
        const place = blockAt(y);
        const prose = (repeater.itemAt(place) as Block)?.prose ?? null;
        if (prose === null)
            return Qt.point(0, 0);
        const at = prose.mapFromItem(column, x, y);
        return Qt.point(place, prose.offsetAt(at.x, at.y));
    }

    function linkAt(x: real, y: real): string {
        const prose = (repeater.itemAt(blockAt(y)) as Block)?.prose ?? null;
        const at = prose?.mapFromItem(column, x, y) ?? Qt.point(0, 0);
        return prose?.linkAt(at.x, at.y) ?? "";
    }

    function blockAt(y: real): int {
        for (let place = 0; place < repeater.count - 1; ++place) {
            const block = repeater.itemAt(place);
            if (y < block.y + block.height + spacing / 2)
                return place;
        }
        return repeater.count - 1;
    }

    spacing: 6
    height: tall && !whole ? most : implicitHeight
    clip: tall && !whole

    HoverHandler {
        id: hover

        cursorShape: hover.hovered && column.linkAt(hover.point.position.x, hover.point.position.y) ? Qt.PointingHandCursor : Qt.IBeamCursor
    }

    Repeater {
        id: repeater

        model: column.blocks

        Block {
            width: column.width
            row: column.row
            selection: column.selection
            trail: column.edited && index === column.blocks.length - 1 ? " <span class='edited'>" + qsTr("(edited)") + "</span>" : ""
        }
    }
}
