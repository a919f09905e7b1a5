import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// One line of text: a name, a description. It stays open, with what was typed, until that is saved.
Dialog {
    id: dialog

    required property Attempt attempt
    property string text
    property string label
    property string acceptText: qsTr("Save")
    property bool emptyAllowed: false
    // what is in the field, and what is wrong with it as far as one can tell here
    readonly property string typed: field.text
    property string wrong
    readonly property bool ready: (field.length > 0 || emptyAllowed) && !wrong && !attempt.busy
    signal saved(string text)

    function ask(initial: string) {
        text = initial;
        open();
    }

    function save() {
        if (ready)
            saved(field.text);
    }

    onAboutToShow: {
        field.text = text;
        attempt.look();
    }
    onClosed: attempt.leave()
    onOpened: {
        field.forceActiveFocus();
        field.selectAll();
    }

    contentItem: ColumnLayout {
        spacing: Theme.sm

        TextField {
            id: field

            Layout.fillWidth: true
            placeholderText: dialog.label
            wrong: mistake.visible
            onTextEdited: dialog.attempt.look()
            onAccepted: dialog.save()
        }

        Mistake {
            id: mistake

            Layout.fillWidth: true
            text: dialog.wrong || dialog.attempt.error
        }

        Item {
            implicitHeight: Theme.sm
        }
    }

    footer: DialogButtons {
        acceptText: dialog.acceptText
        acceptEnabled: dialog.ready
        onRejected: dialog.close()
        onAccepted: dialog.save()
    }

    Connections {
        target: dialog.attempt
        enabled: dialog.visible

        function onDone() {
            dialog.close();
        }
    }
}
