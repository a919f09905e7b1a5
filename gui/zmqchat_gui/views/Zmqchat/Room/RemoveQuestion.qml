import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

Dialog {
    id: question

    required property Room room
    property string name
    property bool forGood

    function ask(who: string, ban: bool) {
        name = who;
        forGood = ban;
        open();
    }

    title: forGood ? qsTr("Ban %1?").arg(name) : qsTr("Remove %1?").arg(name)
    hint: forGood ? qsTr("%1 is removed from the room and cannot come back before you lift the ban.").arg(name) : qsTr("%1 is removed from the room, and may come back.").arg(name)

    contentItem: Item {
        implicitHeight: Theme.sm
    }

    footer: DialogButtons {
        acceptText: question.forGood ? qsTr("Ban") : qsTr("Remove")
        dangerous: true
        onRejected: question.close()
        onAccepted: {
            question.close();
            if (question.forGood)
                question.room.members.ban(question.name);
            else
                question.room.members.kick(question.name);
        }
    }
}
