import QtQuick
import Zmqchat.Controls
import Zmqchat.ViewModels

Menu {
    id: menu

    required property Room room
    signal inviteAsked
    signal describeAsked
    signal renameAsked
    signal leaveAsked

    MenuItem {
        visible: menu.room.canInvite
        glyph: "user-plus"
        text: qsTr("Invite people…")
        onTriggered: menu.inviteAsked()
    }

    MenuItem {
        visible: menu.room.canDescribe
        glyph: "text"
        text: qsTr("Change the description…")
        onTriggered: menu.describeAsked()
    }

    MenuItem {
        visible: menu.room.canRename
        glyph: "edit"
        text: qsTr("Rename…")
        onTriggered: menu.renameAsked()
    }

    MenuItem {
        visible: menu.room.canMute
        glyph: menu.room.muted ? "bell" : "bell-off"
        text: menu.room.muted ? qsTr("Unmute") : qsTr("Mute")
        onTriggered: menu.room.muted = !menu.room.muted
    }

    MenuSeparator {
        visible: menu.room.canMute
    }

    MenuItem {
        visible: menu.room.canMute
        checkable: true
        checked: menu.room.level === "all"
        glyph: "bell"
        text: qsTr("Notify me as set for all rooms")
        onTriggered: menu.room.level = "all"
    }

    MenuItem {
        visible: menu.room.canMute
        checkable: true
        checked: menu.room.level === "mentions"
        glyph: "at"
        text: qsTr("Notify me of mentions only")
        onTriggered: menu.room.level = "mentions"
    }

    MenuItem {
        visible: menu.room.canMute
        checkable: true
        checked: menu.room.level === "nothing"
        glyph: "ban"
        text: qsTr("Notify me of nothing")
        onTriggered: menu.room.level = "nothing"
    }

    MenuSeparator {}

    MenuItem {
        visible: menu.room.canArchive
        glyph: "lock"
        text: menu.room.canWrite ? qsTr("Close for writing") : qsTr("Open for writing")
        onTriggered: menu.room.setArchived(menu.room.canWrite)
    }

    MenuItem {
        visible: menu.room.kind !== "direct"
        glyph: "log-out"
        dangerous: true
        text: qsTr("Leave the room")
        onTriggered: menu.leaveAsked()
    }
}
