pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// By name, or by a choice of somebody of the realm. It stays open until that is done: a name that
// was refused can be mended.
Dialog {
    id: dialog

    required property Session session
    required property Room room

    // who is marked in the list, else what was typed
    function accept() {
        if (who.length)
            room.invite((people.currentItem as MemberRow)?.name ?? who.text);
    }

    title: qsTr("Invite to %1").arg(room.title)
    hint: qsTr("Whoever is invited is a member at once, and can read the whole history; who ignores you may enter.")
    onAboutToShow: {
        who.clear();
        room.asked.look();
        session.people.look();
    }
    onClosed: {
        session.people.filter = "";
        room.asked.leave();
    }
    onOpened: who.forceActiveFocus()

    contentItem: ColumnLayout {
        spacing: Theme.md

        TextField {
            id: who

            Layout.fillWidth: true
            glyph: "user-plus"
            placeholderText: qsTr("Name")
            wrong: mistake.visible
            onTextChanged: {
                dialog.room.asked.look();
                dialog.session.people.filter = text;
                people.currentIndex = dialog.session.people.likeliest();
            }
            onAccepted: dialog.accept()
            Keys.onDownPressed: people.incrementCurrentIndex()
            Keys.onUpPressed: people.decrementCurrentIndex()
        }

        Mistake {
            id: mistake

            Layout.fillWidth: true
            text: dialog.room.asked.error
        }

        RowList {
            id: people

            Layout.fillWidth: true
            Layout.preferredHeight: Math.min(260, contentHeight)
            Layout.bottomMargin: Theme.md
            visible: count > 0
            clip: true
            model: dialog.session.people
            currentIndex: -1
            highlightMoveDuration: 0
            boundsBehavior: Flickable.StopAtBounds
            ScrollBar.vertical: ScrollBar {}
            Accessible.role: Accessible.List
            Accessible.name: qsTr("People of this server")

            delegate: MemberRow {
                width: ListView.view.width
                plain: true
                picked: ListView.isCurrentItem
                onChosen: dialog.room.invite(name)
            }
        }
    }

    footer: DialogButtons {
        acceptText: qsTr("Invite")
        acceptEnabled: who.length > 0 && !dialog.room.asked.busy
        onRejected: dialog.close()
        onAccepted: dialog.accept()
    }

    Connections {
        target: dialog.room.asked
        enabled: dialog.visible

        function onDone() {
            dialog.close();
        }
    }
}
