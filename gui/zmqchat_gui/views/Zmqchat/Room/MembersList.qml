pragma ComponentBehavior: Bound

import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

ListView {
    id: list

    required property Session session
    required property Room room

    model: room.members
    clip: true
    boundsBehavior: Flickable.StopAtBounds
    activeFocusOnTab: true
    currentIndex: -1
    topMargin: Theme.md
    bottomMargin: Theme.md
    ScrollBar.vertical: ScrollBar {}
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Members of %1").arg(room.title)
    onActiveFocusChanged: if (activeFocus && currentIndex < 0)
        currentIndex = 0
    Keys.onReturnPressed: (currentItem as MemberRow)?.chosen()
    Keys.onSpacePressed: (currentItem as MemberRow)?.chosen()

    delegate: MemberRow {
        id: row

        width: ListView.view.width
        onChosen: menu.openFor(row)
    }

    MemberMenu {
        id: menu

        session: list.session
        room: list.room
        onRemoveAsked: (name, forGood) => question.ask(name, forGood)
    }

    RemoveQuestion {
        id: question

        room: list.room
    }

    Spinner {
        anchors.centerIn: parent
        visible: list.room.members.loading && list.count === 0
    }
}
