import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.ViewModels

SettingsSection {
    title: qsTr("Notifications")

    SettingRow {
        Layout.fillWidth: true
        title: qsTr("Tell me of")

        Segmented {
            label: qsTr("Tell me of")
            value: App.settings.notify
            choices: [
                {
                    value: "all",
                    label: qsTr("Everything")
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

    CheckRow {
        Layout.fillWidth: true
        visible: App.settings.trayAvailable
        title: qsTr("Start in the tray")
        hint: qsTr("The window opens with a press on the icon.")
        on: App.settings.startMinimised
        onSwitched: on => App.settings.startMinimised = on
    }
}
