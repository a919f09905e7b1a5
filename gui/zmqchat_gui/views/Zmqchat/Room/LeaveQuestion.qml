import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

Dialog {
    id: question

    required property Room room

    title: qsTr("Leave %1?").arg(room.title)
    hint: room.kind === "private" ? qsTr("The room is private: you come back only by invitation.") : qsTr("You can join it again whenever you like.")

    contentItem: Item {
        implicitHeight: Theme.sm
    }

    footer: DialogButtons {
        acceptText: qsTr("Leave")
        dangerous: true
        onRejected: question.close()
        onAccepted: {
            question.close();
            question.room.leave();
        }
    }
}
