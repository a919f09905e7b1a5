import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// A link came from outside: nothing is done with it before this is answered.
Dialog {
    title: qsTr("Open this join link?")
    hint: App.entrance.question.text
    visible: App.entrance.question.open
    onClosed: if (App.entrance.question.open)
        App.entrance.question.decline()

    contentItem: Item {
        implicitHeight: Theme.sm
    }

    footer: DialogButtons {
        acceptText: qsTr("Continue")
        onRejected: App.entrance.question.decline()
        onAccepted: App.entrance.question.accept()
    }
}
