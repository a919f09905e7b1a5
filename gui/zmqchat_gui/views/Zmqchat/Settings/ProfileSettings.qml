import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.ViewModels

// How the others see one.
SettingsSection {
    id: section

    required property Session session
    readonly property Account account: session.account
    // not bound to the fields: something else of the account changes while one types
    readonly property string shownAs: account.displayName
    readonly property string said: account.statusText

    function save() {
        account.setProfile(display.text, status.text);
    }

    title: qsTr("Profile")
    onShownAsChanged: display.text = shownAs
    onSaidChanged: status.text = said

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
