import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.ViewModels

// How the others see one.
SettingsSection {
    id: section

    required property Session session
    readonly property Account account: session.account

    function save() {
        account.setProfile(display.text, status.text);
    }

    title: qsTr("Profile")

    PictureRow {
        Layout.fillWidth: true
        portrait: section.account.portrait
        initials: section.session.initials
        tint: section.session.tint
    }

    SettingRow {
        Layout.fillWidth: true
        title: qsTr("Shown as")

        TextField {
            id: display

            Layout.maximumWidth: 300
            Layout.fillWidth: true
            Accessible.name: qsTr("Shown as")
            placeholderText: section.session.name
            text: section.account.displayName
            onAccepted: section.save()
        }
    }

    SettingRow {
        Layout.fillWidth: true
        title: qsTr("Status")

        TextField {
            id: status

            Layout.maximumWidth: 300
            Layout.fillWidth: true
            placeholderText: qsTr("What are you up to?")
            Accessible.name: qsTr("Status")
            text: section.account.statusText
            onAccepted: section.save()
        }
    }

    Button {
        Layout.alignment: Qt.AlignRight
        kind: "primary"
        enabled: display.text.trim() !== section.account.displayName || status.text.trim() !== section.account.statusText
        text: qsTr("Save")
        onClicked: section.save()
    }
}
