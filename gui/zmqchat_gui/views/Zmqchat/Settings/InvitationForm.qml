import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.ViewModels

// For whom an invitation is, and how long it is good.
SettingsSection {
    id: section

    required property Invitations invitations
    property string role: "member"
    property int days: 7

    title: qsTr("Invite somebody to this server")

    SettingRow {
        Layout.fillWidth: true
        title: qsTr("For whom")
        hint: qsTr("A note for the list below.")

        TextField {
            id: whom

            Layout.fillWidth: true
            Layout.maximumWidth: 300
            maximumLength: 64
            placeholderText: qsTr("Anybody")
            Accessible.name: qsTr("For whom")
        }
    }

    SettingRow {
        Layout.fillWidth: true
        title: qsTr("Who comes in as")
        hint: section.role === "guest" ? qsTr("Guests see only the rooms that they are invited to.") : ""

        Segmented {
            label: qsTr("Who comes in as")
            value: section.role
            choices: [
                {
                    value: "member",
                    label: qsTr("Member")
                },
                {
                    value: "guest",
                    label: qsTr("Guest")
                }
            ]
            onChosen: value => section.role = value
        }
    }

    SettingRow {
        Layout.fillWidth: true
        title: qsTr("Good for")

        Segmented {
            label: qsTr("Good for")
            value: section.days
            choices: [
                {
                    value: 1,
                    label: qsTr("A day")
                },
                {
                    value: 7,
                    label: qsTr("A week")
                },
                {
                    value: 30,
                    label: qsTr("30 days")
                }
            ]
            onChosen: value => section.days = value
        }
    }

    CodeRow {
        Layout.fillWidth: true
        title: qsTr("A code")
        hint: qsTr("One person can register with it, once.")
        action: qsTr("Make an invitation")
        code: section.invitations.code
        codeText: section.invitations.codeText
        onAsked: section.invitations.make(whom.text, section.role, section.days)
    }

    // what was refused stays, to be tried again
    Connections {
        target: section.invitations

        function onMade() {
            whom.clear();
        }
    }
}
