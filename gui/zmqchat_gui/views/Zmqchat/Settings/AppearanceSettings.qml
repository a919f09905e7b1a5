import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.ViewModels

SettingsSection {
    title: qsTr("Appearance")

    SettingRow {
        Layout.fillWidth: true
        title: qsTr("Theme")

        Segmented {
            label: qsTr("Theme")
            value: App.settings.theme
            choices: [
                {
                    value: "system",
                    label: qsTr("System")
                },
                {
                    value: "light",
                    label: qsTr("Light")
                },
                {
                    value: "dark",
                    label: qsTr("Dark")
                }
            ]
            onChosen: value => App.settings.theme = value
        }
    }

    SettingRow {
        Layout.fillWidth: true
        title: qsTr("Text size")

        Stepper {
            label: qsTr("Text size")
            value: App.settings.fontSize
            from: 11
            to: 24
            onStepped: value => App.settings.fontSize = value
        }
    }
}
