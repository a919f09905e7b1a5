import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.ViewModels

SettingsSection {
    title: qsTr("On this desktop")

    SettingRow {
        Layout.fillWidth: true
        title: qsTr("Tell me of")
        hint: qsTr("Direct messages count as mentions. A room can be set to less, below.")

        Segmented {
            label: qsTr("Tell me of")
            value: App.settings.notify
            choices: [
                {
                    value: "all",
                    label: qsTr("All messages")
                },
                {
                    value: "mentions",
                    label: qsTr("Mentions")
                },
                {
                    value: "none",
                    label: qsTr("Nothing")
                }
            ]
            onChosen: value => App.settings.notify = value
        }
    }

    CheckRow {
        Layout.fillWidth: true
        title: qsTr("Do not disturb")
        hint: qsTr("No notifications between these hours.")
        on: App.settings.quiet
        onSwitched: on => App.settings.quiet = on
    }

    QuietHours {
        visible: App.settings.quiet
    }
}
