import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

Dialog {
    id: question

    property string label

    function ask(which: string, server: string) {
        label = which;
        title = qsTr("Forget %1?").arg(server);
        open();
    }

    hint: qsTr("This device's key and the messages that it holds are removed. Without another device or a password, nobody can use your name there again.")

    contentItem: Item {
        implicitHeight: Theme.sm
    }

    footer: DialogButtons {
        acceptText: qsTr("Forget")
        dangerous: true
        onRejected: question.close()
        onAccepted: {
            App.entrance.forget(question.label);
            question.close();
        }
    }
}
