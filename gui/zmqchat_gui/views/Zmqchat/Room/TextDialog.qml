import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme

// One line of text: a name, a description.
Dialog {
    id: dialog

    property string text
    property string label
    property string acceptText: qsTr("Save")
    property bool emptyAllowed: false
    signal saved(string text)

    function ask(initial: string) {
        text = initial;
        open();
    }

    function save() {
        saved(field.text);
        close();
    }

    onAboutToShow: field.text = text
    onOpened: {
        field.forceActiveFocus();
        field.selectAll();
    }

    contentItem: Item {
        implicitHeight: field.implicitHeight + Theme.lg

        TextField {
            id: field

            width: parent.width
            placeholderText: dialog.label
            onAccepted: if (length || dialog.emptyAllowed)
                dialog.save()
        }
    }

    footer: DialogButtons {
        acceptText: dialog.acceptText
        acceptEnabled: field.length > 0 || dialog.emptyAllowed
        onRejected: dialog.close()
        onAccepted: dialog.save()
    }
}
