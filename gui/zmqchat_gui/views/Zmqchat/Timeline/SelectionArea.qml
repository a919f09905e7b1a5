import QtQuick
import Zmqchat.ViewModels

// Under the messages: presses that no button took select text, or open what they are on.
MouseArea {
    id: area

    required property ListView view
    required property Selection selection
    property int clicks: 0
    property point pressedAt
    // how far the pointer is beyond the edge where the list begins to scroll by itself
    readonly property real beyond: mouseY < 16 ? mouseY - 16 : Math.max(0, mouseY - height + 16)
    signal pressedOn(MessageRow row)
    signal menuAsked(MessageRow row, point at, string link)
    signal scrolled(real by)

    function rowAt(y: real): MessageRow {
        const inside = Math.max(1, Math.min(height - 1, y));
        const upwards = view.verticalLayoutDirection === ListView.BottomToTop;
        const end = (y < height / 2) === upwards ? view.count - 1 : 0;
        return (view.itemAt(width / 2, view.contentY + inside) ?? view.itemAtIndex(end)) as MessageRow;
    }

    function linkAt(row: MessageRow, x: real, y: real): string {
        const at = row.mapFromItem(area, x, y);
        return row.linkAt(at.x, at.y);
    }

    function near(x: real, y: real): bool {
        const most = Application.styleHints.startDragDistance;
        return Math.abs(x - pressedAt.x) < most && Math.abs(y - pressedAt.y) < most;
    }

    function press(row: MessageRow, x: real, y: real, extend: bool) {
        const at = row.mapFromItem(area, x, y);
        const spot = row.spotAt(at.x, at.y);
        clicks = again.running && near(x, y) ? clicks + 1 : 1;
        pressedAt = Qt.point(x, y);
        again.restart();
        selection.press(row.key, spot.x, spot.y, clicks, extend);
    }

    function reach(x: real, y: real) {
        const row = rowAt(y);
        if (row === null)
            return;
        const at = row.mapFromItem(area, x, y);
        const spot = row.spotAt(at.x, at.y);
        selection.drag(row.key, spot.x, spot.y);
    }

    acceptedButtons: Qt.LeftButton | Qt.RightButton
    preventStealing: true
    onPressed: mouse => {
        const row = rowAt(mouse.y);
        if (row === null)
            return;
        pressedOn(row);
        if (mouse.button === Qt.RightButton)
            menuAsked(row, Qt.point(mouse.x, mouse.y), linkAt(row, mouse.x, mouse.y));
        else
            press(row, mouse.x, mouse.y, mouse.modifiers & Qt.ShiftModifier);
    }
    onPositionChanged: mouse => {
        if ((pressedButtons & Qt.LeftButton) && !(clicks === 1 && selection.empty && near(mouse.x, mouse.y)))
            reach(mouse.x, mouse.y);
    }
    onReleased: mouse => {
        const row = rowAt(mouse.y);
        if (mouse.button === Qt.LeftButton && !selection.empty)
            App.select(selection.text());
        else if (row !== null && mouse.button === Qt.LeftButton && clicks === 1 && near(mouse.x, mouse.y))
            App.openLink(linkAt(row, mouse.x, mouse.y));
    }

    Timer {
        id: again

        interval: Application.styleHints.mouseDoubleClickInterval
    }

    Timer {
        interval: 30
        repeat: true
        running: (area.pressedButtons & Qt.LeftButton) && area.beyond !== 0 && !area.near(area.mouseX, area.mouseY)
        onTriggered: {
            area.scrolled(Math.max(-80, Math.min(80, area.beyond)));
            area.reach(area.mouseX, area.mouseY);
        }
    }
}
