import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// The password is for further devices only: this one has its key.
SettingsSection {
    id: section

    required property Account account

    function change() {
        account.setPassword(fresh.text, old.text);
    }

    title: qsTr("Password")

    Label {
        Layout.fillWidth: true
        wrapMode: Text.Wrap
        text: qsTr("With it you can log in on another device. This device does not need it.")
        font.pixelSize: Theme.small
        color: Theme.color.textMuted
    }

    TextField {
        id: old

        Layout.fillWidth: true
        glyph: "key"
        echoMode: TextInput.Password
        placeholderText: qsTr("Present password, if you have one")
    }

    TextField {
        id: fresh

        Layout.fillWidth: true
        glyph: "key"
        echoMode: TextInput.Password
        placeholderText: qsTr("New password")
        onAccepted: if (length)
            section.change()
    }

    Flow {
        Layout.fillWidth: true
        layoutDirection: Qt.RightToLeft
        spacing: Theme.sm
        Component.onCompleted: forceLayout()

        Button {
            enabled: fresh.length > 0
            text: qsTr("Change the password")
            onClicked: section.change()
        }

        Button {
            visible: old.length > 0 && fresh.length === 0
            kind: "quiet"
            text: qsTr("Have none any more")
            onClicked: section.change()
        }
    }

    // what was refused stays, to be mended
    Connections {
        target: section.account

        function onPasswordChanged() {
            fresh.clear();
            old.clear();
        }
    }
}
