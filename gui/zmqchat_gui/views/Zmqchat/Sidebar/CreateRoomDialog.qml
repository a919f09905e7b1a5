import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// It stays open, with what was typed, until the room is there.
Dialog {
    id: dialog

    required property Session session
    readonly property Attempt going: session.going
    readonly property string wrong: name.length ? session.roomNameError(name.text) : ""
    readonly property bool ready: name.length > 0 && !wrong && !going.busy

    function create() {
        if (ready)
            session.createRoom(name.text, hidden.on, about.text);
    }

    title: qsTr("Create a room")
    hint: qsTr("A room is for a topic, a team or a project.")
    onAboutToShow: going.look()
    onClosed: going.leave()
    onOpened: name.forceActiveFocus()

    contentItem: ColumnLayout {
        spacing: Theme.md

        TextField {
            id: name

            Layout.fillWidth: true
            glyph: "hash"
            placeholderText: qsTr("Name, as in release-notes")
            wrong: mistake.visible
            onTextEdited: dialog.going.look()
            onAccepted: dialog.create()
        }

        Mistake {
            id: mistake

            Layout.fillWidth: true
            text: dialog.wrong || dialog.going.error
        }

        TextField {
            id: about

            Layout.fillWidth: true
            glyph: "text"
            placeholderText: qsTr("What is it for? (optional)")
            onAccepted: dialog.create()
        }

        CheckRow {
            id: hidden

            Layout.fillWidth: true
            Layout.bottomMargin: Theme.md
            title: qsTr("Private")
            hint: qsTr("Only people who are invited can find and read it.")
            onSwitched: on => hidden.on = on
        }
    }

    footer: DialogButtons {
        acceptText: dialog.going.busy ? qsTr("Creating…") : qsTr("Create")
        acceptEnabled: dialog.ready
        onRejected: dialog.close()
        onAccepted: dialog.create()
    }

    Connections {
        target: dialog.going
        enabled: dialog.visible

        function onDone() {
            dialog.close();
            name.clear();
            about.clear();
            hidden.on = false;
        }
    }
}
