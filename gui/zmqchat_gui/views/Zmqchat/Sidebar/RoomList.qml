pragma ComponentBehavior: Bound

import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

ListView {
    id: list

    required property Session session
    signal opened

    function choose(key: string) {
        session.openRoom(key);
        opened();
    }

    model: session.rooms
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
}
