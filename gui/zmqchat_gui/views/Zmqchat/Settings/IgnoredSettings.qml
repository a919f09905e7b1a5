pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// Whom one ignores: undone here.
SettingsSection {
    id: section

    required property Account account

    title: qsTr("Ignored people")

    Label {
        Layout.fillWidth: true
        wrapMode: Text.Wrap
        text: section.account.ignored.count > 0 ? qsTr("Their messages are folded away, and nothing of theirs is told to you, on any of your devices. They do not learn of it.") : qsTr("You ignore nobody. You can ignore somebody in the list of members, or in the menu of a message.")
        font.pixelSize: Theme.small
        color: Theme.color.textMuted
    }

    Repeater {
        model: section.account.ignored

        RowLayout {
            id: row

            required property string name
            required property string title
            required property string initials
            required property int tint
            required property string avatar

            Layout.fillWidth: true
            spacing: Theme.md
            Accessible.role: Accessible.ListItem
            Accessible.name: title

            Avatar {
                size: 30
                initials: row.initials
                tint: row.tint
                picture: row.avatar
            }

            Label {
                Layout.fillWidth: true
                text: row.title === row.name ? row.title : qsTr("%1 (%2)").arg(row.title).arg(row.name)
                font.pixelSize: Theme.label
                font.weight: Font.Medium
                Accessible.ignored: true
            }

            Button {
                text: qsTr("Stop ignoring")
                Accessible.name: qsTr("Stop ignoring %1").arg(row.title)
                onClicked: section.account.ignore(row.name, false)
            }
        }
    }
}
