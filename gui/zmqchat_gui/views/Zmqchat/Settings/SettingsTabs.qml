import QtQuick
import Zmqchat.Controls
import Zmqchat.ViewModels

// The pages of the settings; some have them for administrators only.
Segmented {
    required property Account account

    label: qsTr("Settings")
    choices: [
        {
            value: "window",
            label: qsTr("Window")
        },
        {
            value: "notifications",
            label: qsTr("Notifications")
        },
        {
            value: "account",
            label: qsTr("Account")
        },
        {
            value: "devices",
            label: qsTr("Devices")
        },
        ...(account.canInvite ? [
                {
                    value: "invitations",
                    label: qsTr("Invitations")
                }
            ] : [])]
}
