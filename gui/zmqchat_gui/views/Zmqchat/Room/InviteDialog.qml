pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// By name, or by a press on somebody of the realm.
Dialog {
    id: dialog

    required property Session session
    required property Room room

    function invite(name: string) {
        room.invite(name);
        close();
    }

    title: qsTr("Invite to %1").arg(room.title)
    hint: qsTr("Whoever is invited is a member at once, and can read the whole history.")
    onAboutToShow: who.clear()
    onClosed: session.people.filter = ""
    onOpened: who.forceActiveFocus()

    contentItem: ColumnLayout {
        spacing: Theme.md

        TextField {
            id: who

            Layout.fillWidth: true
            glyph: "user-plus"
            placeholderText: qsTr("Name")
            onTextChanged: dialog.session.people.filter = text
            onAccepted: if (length)
                dialog.invite(text)
        }

        ListView {
            Layout.fillWidth: true
            Layout.preferredHeight: Math.min(260, contentHeight)
            Layout.bottomMargin: Theme.md
            visible: count > 0
            clip: true
            model: dialog.session.people
            boundsBehavior: Flickable.StopAtBounds
            ScrollBar.vertical: ScrollBar {}

            delegate: MemberRow {
                width: ListView.view.width
                plain: true
                onChosen: dialog.invite(name)
            }
        }
    }

    footer: DialogButtons {
        acceptText: qsTr("Invite")
        acceptEnabled: who.length > 0
        onRejected: dialog.close()
        onAccepted: dialog.invite(who.text)
    }
}
