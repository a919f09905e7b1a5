import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// A link came from outside: nothing is done with it before this is answered.
Dialog {
    title: qsTr("Open this join link?")
    hint: App.entrance.questionText
    visible: App.entrance.question
    onClosed: if (App.entrance.question)
        App.entrance.decline()

    contentItem: Item {
        implicitHeight: Theme.sm
    }

    footer: DialogButtons {
        acceptText: qsTr("Continue")
        onRejected: App.entrance.decline()
        onAccepted: App.entrance.accept()
    }
}
