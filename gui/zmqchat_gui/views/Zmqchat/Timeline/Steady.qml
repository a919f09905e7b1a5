import QtQuick
import Zmqchat.Theme
import Zmqchat.ViewModels

// What is read stays where it is, whatever comes, goes or grows around it. A ListView estimates
// where it ends from the rows that it has, and bends the wheel's way each time; here one turn of
// the wheel is one step.
Item {
    id: steady

    required property ListView view
    // what the view shows: a view cannot be asked for its model while it is given one
    required property MessageRows rows
    // where the rows' numbers grow
    required property int up
    // the newest message is to stay in sight, and not what is read
    required property bool following
    readonly property bool gliding: glide.running
    // the row that is held, and how far below the upper edge it begins
    property string heldKey
    property real heldAt
    // where in the list it is: another place later means that the list laid itself out anew
    property real heldY
    property real glided
    property real reached
    property bool holding

    function scrollBy(by: real) {
        view.contentY += by; // rows come to be there, and with the last one where the list ends
        const top = view.originY - view.topMargin;
        const bottom = Math.max(top, view.originY + view.contentHeight + view.bottomMargin - view.height);
        if (by < 0 && view.contentY < top && isThere(up > 0 ? view.count - 1 : 0))
            view.contentY = top;
        else if (by > 0 && view.contentY > bottom && isThere(up > 0 ? 0 : view.count - 1))
            view.contentY = bottom;
    }

    function isThere(row: int): bool {
        return view.count === 0 || view.itemAtIndex(row) !== null;
    }

    function glideBy(by: real) {
        glide.to = (glide.running ? glide.to : glided) + by;
        glide.restart();
    }

    // Brings a row into the middle, or the beginning of one that is too tall for it.
    function show(row: int) {
        glide.stop();
        view.positionViewAtIndex(row, ListView.Center);
        view.forceLayout();
        const item = view.itemAtIndex(row) as MessageRow;
        if (item === null)
            return;
        const above = Math.max(Theme.xxl, (view.height - item.height) / 2);
        scrollBy(item.y - above - view.contentY);
        take(item);
    }

    function take(row: MessageRow) {
        heldKey = row?.key ?? "";
        heldAt = row ? row.y - view.contentY : 0;
        heldY = row?.y ?? 0;
    }

    // The first row that begins in sight.
    function note() {
        if (holding)
            return;
        const held = following || !heldKey ? null : view.itemAtIndex(rows.rowOf(heldKey));
        if (held && Math.abs(held.y - heldY) >= 1) {
            heldAt = heldY - view.contentY;
            Qt.callLater(hold);
            return;
        }
        const row = view.itemAt(view.width / 2, view.contentY + 1) as MessageRow;
        const next = row && row.y < view.contentY ? view.itemAtIndex(row.index - up) as MessageRow : null;
        take(next && next.y < view.contentY + view.height ? next : row);
    }

    function hold() {
        const row = following || !heldKey ? -1 : rows.rowOf(heldKey);
        if (row < 0)
            return;
        holding = true;
        view.forceLayout();
        if (view.itemAtIndex(row) === null)
            view.positionViewAtIndex(row, ListView.Contain);
        const item = view.itemAtIndex(row) as MessageRow;
        const off = item ? item.y - view.contentY - heldAt : 0;
        if (Math.abs(off) >= 1)
            scrollBy(off);
        take(item);
        holding = false;
    }

    onGlidedChanged: {
        scrollBy(glided - reached);
        reached = glided;
    }

    NumberAnimation {
        id: glide

        target: steady
        property: "glided"
        duration: Theme.quick
        easing.type: Easing.OutCubic
    }

    Connections {
        target: steady.view

        function onContentYChanged() {
            steady.note();
        }

        function onWidthChanged() {
            Qt.callLater(steady.hold);
        }

        function onCountChanged() {
            Qt.callLater(steady.hold);
        }
    }

    WheelHandler {
        parent: steady.view
        target: null
        acceptedDevices: PointerDevice.Mouse | PointerDevice.TouchPad
        onWheel: event => {
            if (event.pixelDelta.y !== 0)
                steady.scrollBy(-event.pixelDelta.y);
            else
                steady.glideBy(-event.angleDelta.y / 120 * Application.styleHints.wheelScrollLines * 1.6 * Theme.body);
        }
    }
}
