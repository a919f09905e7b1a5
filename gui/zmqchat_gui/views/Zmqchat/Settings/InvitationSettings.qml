pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Zmqchat.Theme
import Zmqchat.ViewModels

// How other people come in: administrators see it.
ColumnLayout {
    id: column

    required property Invitations invitations

    spacing: Theme.xl
    Component.onCompleted: invitations.refresh()

    InvitationForm {
        Layout.fillWidth: true
        invitations: column.invitations
    }

    SettingsSection {
        Layout.fillWidth: true
        visible: column.invitations.all.count > 0
        title: qsTr("Invitations")

        Repeater {
            model: column.invitations.all

            InvitationRow {
                id: row

                Layout.fillWidth: true
                onRevokeAsked: column.invitations.revoke(number)
            }
        }
    }
}
