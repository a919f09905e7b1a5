pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

ColumnLayout {
    id: members

    required property Session session
    required property Room room
    // what has the focus when one comes here by F6
    readonly property Item area: list

    spacing: 0
    onRoomChanged: room.members.show()
    Component.onCompleted: room.members.show()

    TextField {
        Layout.fillWidth: true
        Layout.margins: Theme.md
        Layout.bottomMargin: 0
        implicitHeight: Theme.control
        visible: members.room.members.searchable
        glyph: "search"
        font.pixelSize: Theme.label
        placeholderText: qsTr("Find a member")
        text: members.room.members.filter
        onTextEdited: members.room.members.filter = text
        Keys.onDownPressed: list.forceActiveFocus(Qt.TabFocusReason)
    }

    RowList {
        id: list

        Layout.fillWidth: true
        Layout.fillHeight: true
        model: members.room.members
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        activeFocusOnTab: true
        currentIndex: -1
        topMargin: Theme.md
        bottomMargin: Theme.md
        ScrollBar.vertical: ScrollBar {}
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Members of %1").arg(members.room.title)
        onActiveFocusChanged: if (activeFocus && currentIndex < 0)
            currentIndex = 0
        Keys.onReturnPressed: (currentItem as MemberRow)?.chosen()
        Keys.onSpacePressed: (currentItem as MemberRow)?.chosen()

        delegate: MemberRow {
            id: row

            width: ListView.view.width
            onChosen: menu.openFor(row)
        }

        Spinner {
            anchors.centerIn: parent
            visible: members.room.members.loading && list.count === 0
        }

        Label {
            x: Theme.lg
            y: Theme.lg
            width: parent.width - 2 * x
            visible: list.count === 0 && members.room.members.filter !== ""
            wrapMode: Text.Wrap
            text: qsTr("Nobody here is called that.")
            font.pixelSize: Theme.label
            color: Theme.color.textMuted
        }
    }

    MemberMenu {
        id: menu

        session: members.session
        room: members.room
        onRemoveAsked: (name, forGood) => question.ask(name, forGood)
    }

    RemoveQuestion {
        id: question

        room: members.room
    }
}
