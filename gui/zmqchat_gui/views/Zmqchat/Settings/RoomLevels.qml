pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.ViewModels

// What one is told of, room by room.
SettingsSection {
    id: section

    required property Session session

    title: qsTr("In single rooms")

    Repeater {
        model: section.session.rooms

        SettingRow {
            id: row

            required property string key
            required property string level
            required property string kind
            required property bool muted

            Layout.fillWidth: true
            hint: muted ? qsTr("Muted: no count of unread messages.") : ""

            Segmented {
                label: qsTr("Tell me of, in %1").arg(row.title)
                value: row.level
                choices: [
                    {
                        value: "all",
                        label: qsTr("As above")
                    },
                    {
                        value: "mentions",
                        label: qsTr("Mentions only")
                    },
                    {
                        value: "nothing",
                        label: qsTr("Nothing")
                    }
                ]
                onChosen: value => section.session.account.setRoomLevel(row.key, value)
            }
        }
    }
}
