import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

RowLayout {
    spacing: Theme.sm

    Label {
        text: qsTr("From")
        font.pixelSize: Theme.label
        color: Theme.color.textMuted
    }

    TextField {
        implicitWidth: 84
        Accessible.name: qsTr("Quiet from")
        text: App.settings.quietFrom
        inputMask: "99:99"
        onEditingFinished: App.settings.quietFrom = text
    }

    Label {
        text: qsTr("to")
        font.pixelSize: Theme.label
        color: Theme.color.textMuted
    }

    TextField {
        implicitWidth: 84
        Accessible.name: qsTr("Quiet to")
        text: App.settings.quietTo
        inputMask: "99:99"
        onEditingFinished: App.settings.quietTo = text
    }
}
