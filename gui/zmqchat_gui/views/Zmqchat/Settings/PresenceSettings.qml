import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.ViewModels

// Whether others see that one is there.
SettingsSection {
    id: section

    required property Account account

    title: qsTr("Presence")

    SettingRow {
        Layout.fillWidth: true
        title: qsTr("Show me as")

        Segmented {
            label: qsTr("Show me as")
            value: section.account.presence
            choices: [
                {
                    value: "online",
                    label: qsTr("Online")
                },
                {
                    value: "away",
                    label: qsTr("Away")
                },
                {
                    value: "hidden",
                    label: qsTr("Hidden")
                }
            ]
            onChosen: value => section.account.presence = value
        }
    }

    SettingRow {
        Layout.fillWidth: true
        enabled: section.account.presence === "online"
        opacity: enabled ? 1 : 0.5
        title: qsTr("Away by itself")
        hint: qsTr("When neither a key nor the mouse was touched.")

        Segmented {
            label: qsTr("Away by itself")
            value: App.settings.awayAfter
            choices: [
                {
                    value: 0,
                    label: qsTr("Off")
                },
                {
                    value: 5,
                    label: qsTr("5 min")
                },
                {
                    value: 10,
                    label: qsTr("10 min")
                },
                {
                    value: 30,
                    label: qsTr("30 min")
                }
            ]
            onChosen: value => App.settings.awayAfter = value
        }
    }
}
