import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

Dialog {
    id: question

    required property Room room
    property int seq

    function ask(which: int) {
        seq = which;
        open();
    }

    title: qsTr("Delete this message?")
    hint: qsTr("Its text is erased for everybody, on the server too. That something was here, and by whom, stays.")

    contentItem: Item {
        implicitHeight: Theme.sm
    }

    footer: DialogButtons {
        acceptText: qsTr("Delete")
        dangerous: true
        onRejected: question.close()
        onAccepted: {
            question.room.timeline.redact(question.seq);
            question.close();
        }
    }
}
