pragma ComponentBehavior: Bound

import QtQuick
import QtQml.Models
import Zmqchat.Controls
import Zmqchat.ViewModels

Menu {
    id: menu

    required property Session session
    required property Room room
    property string name
    property string called
    property bool isMe
    property bool ignored
    property bool canKick
    property bool canBan
    property var roles: []
    signal removeAsked(string name, bool forGood)

    function openFor(member: MemberRow) {
        name = member.name;
        called = member.title;
        isMe = member.isMe;
        ignored = member.ignored;
        canKick = member.canKick;
        canBan = member.canBan;
        roles = member.roles;
        if (!isMe || roles.length > 0)
            popup(member, 12, member.height - 4);
    }

    MenuItem {
        visible: menu.session.directAvailable && !menu.isMe
        glyph: "at"
        text: qsTr("Message")
        onTriggered: menu.session.talkTo(menu.name)
    }

    Instantiator {
        model: menu.roles
        onObjectAdded: (index, object) => menu.insertItem(1 + index, object as MenuItem)
        onObjectRemoved: (index, object) => menu.removeItem(object as MenuItem)

        MenuItem {
            required property string modelData

            glyph: "key"
            text: modelData === "owner" ? qsTr("Make owner") : modelData === "moderator" ? qsTr("Make moderator") : qsTr("Make member")
            onTriggered: menu.room.members.appoint(menu.name, modelData)
        }
    }

    MenuItem {
        visible: !menu.isMe
        glyph: menu.ignored ? "eye" : "eye-off"
        text: menu.ignored ? qsTr("Stop ignoring %1").arg(menu.called) : qsTr("Ignore %1").arg(menu.called)
        onTriggered: menu.session.account.ignore(menu.name, !menu.ignored)
    }

    MenuSeparator {
        visible: menu.canKick || menu.canBan
    }

    MenuItem {
        visible: menu.canKick
        glyph: "user-minus"
        dangerous: true
        text: qsTr("Remove from the room…")
        onTriggered: menu.removeAsked(menu.name, false)
    }

    MenuItem {
        visible: menu.canBan
        glyph: "ban"
        dangerous: true
        text: qsTr("Ban from the room…")
        onTriggered: menu.removeAsked(menu.name, true)
    }
}
