pragma ComponentBehavior: Bound

import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

RowList {
    id: list

    required property Session session
    readonly property RoomsModel rooms: session.rooms
    readonly property Room open: session.room
    // a row is in sight of which so much is
    readonly property int sliver: 20
    signal opened

    function choose(key: string) {
        session.openRoom(key);
        opened();
    }

    // The open room is in sight, however it was opened.
    function reveal() {
        const row = rooms.openRow();
        forceLayout();
        if (row >= 0)
            positionViewAtIndex(row, ListView.Contain);
        look();
        uncover();
    }

    // A button at an edge must not hide where one is.
    function uncover() {
        const row = itemAtIndex(rooms.openRow());
        if (!row || row.y + row.height < contentY || row.y > contentY + height)
            return;
        const top = row.y - above.taken;
        const bottom = row.y + row.height + below.taken - height;
        const end = Math.max(originY, originY + contentHeight + bottomMargin - height);
        contentY = Math.max(originY, Math.min(end, top, Math.max(contentY, bottom)));
    }

    // What waits beyond the edges.
    function look() {
        const first = indexAt(width / 2, contentY + sliver);
        const last = indexAt(width / 2, contentY + height - sliver);
        above.show(first > 0 ? rooms.waitingAbove(first) : -1);
        below.show(last >= 0 ? rooms.waitingBelow(last) : -1);
    }

    onOpenChanged: Qt.callLater(reveal)
    onHeightChanged: settled.restart()
    onCountChanged: Qt.callLater(look)
    onContentYChanged: Qt.callLater(look)
    Component.onCompleted: Qt.callLater(reveal)
    model: rooms
    clip: true
    boundsBehavior: Flickable.StopAtBounds
    activeFocusOnTab: true
    keyNavigationEnabled: true
    currentIndex: -1
    bottomMargin: Theme.md
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Rooms")
    onActiveFocusChanged: if (activeFocus && currentIndex < 0)
        currentIndex = 0
    Keys.onReturnPressed: (currentItem as RoomRow)?.chosen()
    Keys.onEnterPressed: (currentItem as RoomRow)?.chosen()
    Keys.onSpacePressed: (currentItem as RoomRow)?.chosen()

    ScrollBar.vertical: ScrollBar {}

    delegate: RoomRow {
        width: ListView.view.width
        onChosen: list.choose(key)
    }

    Connections {
        target: list.rooms

        function onShown() {
            Qt.callLater(list.look);
            if (!list.moving)
                Qt.callLater(list.uncover);
        }
    }

    WaitingButton {
        id: above

        parent: list
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.top: parent.top
        rooms: list.rooms
        upwards: true
        onClicked: list.choose(rooms.keyAt(row))
    }

    WaitingButton {
        id: below

        parent: list
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 4
        rooms: list.rooms
        upwards: false
        onClicked: list.choose(rooms.keyAt(row))
    }

    // a change of size comes in steps
    Timer {
        id: settled

        interval: 20
        onTriggered: list.reveal()
    }
}
