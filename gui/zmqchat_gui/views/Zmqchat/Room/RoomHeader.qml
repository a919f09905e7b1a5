import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

Item {
    id: header

    required property Session session
    required property Room room
    required property bool narrow
    // "members", "search", "pins" or ""
    required property string side
    signal sidebarAsked
    signal sideAsked(string side)

    implicitHeight: Theme.header

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: header.narrow ? Theme.sm : Theme.xl
        anchors.rightMargin: Theme.md
        spacing: 6

        IconButton {
            visible: header.narrow
            glyph: "menu"
            text: qsTr("Show the rooms")
            onClicked: header.sidebarAsked()
        }

        RoomTitle {
            Layout.fillWidth: true
            room: header.room
        }

        LatencyButton {
            visible: latency.known && !header.narrow
            latency: header.session.latency
        }

        IconButton {
            visible: header.room.pins.count > 0
            glyph: "pin"
            text: qsTr("Pinned messages")
            checked: header.side === "pins"
            onClicked: header.sideAsked("pins")
        }

        IconButton {
            visible: header.session.searchAvailable
            glyph: "search"
            text: qsTr("Search messages")
            shortcut: qsTr("Ctrl+F")
            checked: header.side === "search"
            onClicked: header.sideAsked("search")
        }

        IconButton {
            visible: header.room.kind !== "direct"
            glyph: "users"
            text: qsTr("Members")
            shortcut: qsTr("Ctrl+M")
            checked: header.side === "members"
            onClicked: header.sideAsked("members")
        }

        IconButton {
            id: more

            glyph: "more"
            text: qsTr("Room menu")
            onClicked: menu.popup(more, more.width - menu.width, more.height + 4)
        }
    }

    Divider {
        anchors.bottom: parent.bottom
        width: parent.width
    }

    RoomMenu {
        id: menu

        room: header.room
        onInviteAsked: invite.open()
        onDescribeAsked: describe.ask(header.room.description)
        onRenameAsked: rename.ask(header.room.title)
        onLeaveAsked: leave.open()
    }

    InviteDialog {
        id: invite

        session: header.session
        room: header.room
    }

    TextDialog {
        id: describe

        title: qsTr("What is this room for?")
        label: qsTr("Description")
        attempt: header.room.asked
        emptyAllowed: true
        onSaved: text => header.room.describe(text)
    }

    TextDialog {
        id: rename

        title: qsTr("Rename the room")
        label: qsTr("Name")
        attempt: header.room.asked
        wrong: typed ? header.session.roomNameError(typed) : ""
        onSaved: text => header.room.rename(text)
    }

    LeaveQuestion {
        id: leave

        room: header.room
    }
}
