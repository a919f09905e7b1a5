import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

Dialog {
    id: question

    required property Account account
    property int number
    property string label

    function ask(which: int, called: string) {
        number = which;
        label = called;
        open();
    }

    title: qsTr("Remove %1?").arg(label)
    hint: qsTr("It is out at once, and cannot read or write any more. What it has received stays on it.")

    contentItem: Item {
        implicitHeight: Theme.sm
    }

    footer: DialogButtons {
        acceptText: qsTr("Remove")
        dangerous: true
        onRejected: question.close()
        onAccepted: {
            question.account.removeDevice(question.number);
            question.close();
        }
    }
}
