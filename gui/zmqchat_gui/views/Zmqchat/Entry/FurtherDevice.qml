import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// What a name that is taken, or a server that asks for an invitation, needs besides.
ColumnLayout {
    id: fields

    required property Entrance entrance

    visible: entrance.wantsPassword || entrance.wantsInvite
    spacing: Theme.sm

    TextField {
        Layout.fillWidth: true
        visible: fields.entrance.wantsPassword
        glyph: "key"
        echoMode: TextInput.Password
        placeholderText: qsTr("Password of this name")
        text: fields.entrance.password
        onTextEdited: fields.entrance.password = text
        onAccepted: fields.entrance.connectNow()
    }

    TextField {
        Layout.fillWidth: true
        glyph: "device"
        placeholderText: fields.entrance.wantsInvite ? qsTr("Invitation") : qsTr("or a link code from a device that is in")
        text: fields.entrance.code
        onTextEdited: fields.entrance.code = text
        onAccepted: fields.entrance.connectNow()
    }
}
