import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

Dialog {
    id: dialog

    function create() {
        App.session?.createRoom(name.text, hidden.on, about.text);
        close();
    }

    title: qsTr("Create a room")
    hint: qsTr("A room is for a topic, a team or a project.")
    onAboutToShow: {
        name.clear();
        about.clear();
        hidden.on = false;
    }
    onOpened: name.forceActiveFocus()

    contentItem: ColumnLayout {
        spacing: Theme.md

        TextField {
            id: name

            Layout.fillWidth: true
            glyph: "hash"
            placeholderText: qsTr("Name, as in release-notes")
            onAccepted: if (length)
                dialog.create()
        }

        TextField {
            id: about

            Layout.fillWidth: true
            glyph: "text"
            placeholderText: qsTr("What is it for? (optional)")
            onAccepted: if (name.length)
                dialog.create()
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
        acceptText: qsTr("Create")
        acceptEnabled: name.length > 0
        onRejected: dialog.close()
        onAccepted: dialog.create()
    }
}
