import QtQuick
import Zmqchat.Controls
import Zmqchat.ViewModels

// One menu for the whole timeline: rows come and go under it, so it keeps what it needs of one.
Menu {
    id: menu

    required property Room room
    required property Composer composer
    required property Selection selection
    property string key
    property string link
    property int seq
    property bool threaded
    property bool pinned
    property bool redacted
    property string sender
    property string senderTitle
    property bool mine
    property bool canEdit
    property bool canRedact
    // of somebody who is ignored: hidden, or shown all the same
    property bool folded
    property bool unfolded
    signal redactAsked(int seq)
    signal threadAsked(int seq)

    function openFor(message: Message, from: Item) {
        show(message);
        popup(from, 0, from.height + 4);
    }

    function openAt(message: Message, from: Item, at: point, target: string) {
        show(message);
        link = target;
        popup(from, at.x, at.y);
    }

    function show(message: Message) {
        link = "";
        key = message.key;
        seq = message.seq;
        threaded = message.threaded;
        pinned = message.pinned;
        redacted = message.redacted;
        sender = message.sender;
        senderTitle = message.senderTitle;
        mine = message.mine;
        canEdit = message.canEdit;
        canRedact = message.canRedact;
        folded = message.kind === "folded";
        unfolded = room.timeline.isUnfolded(key);
    }

    MenuItem {
        visible: !menu.selection.empty
        glyph: "copy"
        text: qsTr("Copy selection")
        keys: qsTr("Ctrl+C")
        onTriggered: App.copy(menu.selection.text())
    }

    MenuItem {
        visible: menu.link
        glyph: "link"
        text: qsTr("Copy address")
        onTriggered: App.copy(menu.link)
    }

    MenuSeparator {
        visible: menu.link || !menu.selection.empty
    }

    MenuItem {
        visible: menu.seq > 0 && menu.room.canReply && menu.room.canWrite && !menu.redacted
        glyph: "reply"
        text: qsTr("Reply")
        keys: qsTr("R")
        onTriggered: menu.composer.reply(menu.seq)
    }

    MenuItem {
        visible: menu.threaded && menu.seq > 0 && !menu.redacted
        glyph: "thread"
        text: qsTr("Open the thread")
        keys: qsTr("T")
        onTriggered: menu.threadAsked(menu.seq)
    }

    MenuItem {
        visible: menu.canEdit
        glyph: "edit"
        text: qsTr("Edit")
        keys: qsTr("E")
        onTriggered: menu.composer.edit(menu.seq)
    }

    MenuItem {
        visible: menu.room.canPin && menu.seq > 0 && !menu.redacted
        glyph: "pin"
        text: menu.pinned ? qsTr("Unpin") : qsTr("Pin")
        keys: qsTr("P")
        onTriggered: menu.room.timeline.setPinned(menu.seq, !menu.pinned)
    }

    MenuItem {
        visible: !menu.redacted
        glyph: "copy"
        text: qsTr("Copy text")
        keys: qsTr("C")
        onTriggered: App.copy(menu.room.timeline.textOf(menu.key))
    }

    MenuItem {
        visible: menu.room.canLink && menu.seq > 0
        glyph: "link"
        text: qsTr("Copy link")
        keys: qsTr("L")
        onTriggered: App.copy(menu.room.timeline.linkOf(menu.seq))
    }

    MenuSeparator {
        visible: menu.canRedact || !menu.mine
    }

    MenuItem {
        visible: menu.folded
        glyph: "eye"
        text: qsTr("Show")
        onTriggered: menu.room.timeline.unfold(menu.key)
    }

    MenuItem {
        visible: menu.unfolded
        glyph: "eye-off"
        text: qsTr("Hide again")
        onTriggered: menu.room.timeline.fold(menu.key)
    }

    MenuItem {
        visible: !menu.mine && menu.sender !== "" && !menu.folded && !menu.unfolded
        glyph: "eye-off"
        text: qsTr("Ignore %1").arg(menu.senderTitle)
        onTriggered: App.session?.account.ignore(menu.sender, true)
    }

    MenuItem {
        visible: menu.canRedact
        glyph: "trash"
        dangerous: true
        text: qsTr("Delete…")
        keys: qsTr("Del")
        onTriggered: menu.redactAsked(menu.seq)
    }
}
