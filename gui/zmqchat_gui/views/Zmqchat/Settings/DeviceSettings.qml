pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Zmqchat.ViewModels

// Which devices are the person's, and how further ones come in.
ColumnLayout {
    id: column

    required property Account account
    signal renameAsked(int number, string label)
    signal removeAsked(int number, string label)

    spacing: 20
    Component.onCompleted: account.refresh()

    SettingsSection {
        Layout.fillWidth: true
        title: qsTr("Your devices")

        Repeater {
            model: column.account.devices

            DeviceRow {
                Layout.fillWidth: true
                onRenameAsked: column.renameAsked(number, label)
                onRemoveAsked: column.removeAsked(number, label)
            }
        }

        CodeRow {
            Layout.fillWidth: true
            title: qsTr("Add a device")
            hint: qsTr("Type your name and this code on the other device.")
            action: qsTr("Make a code")
            code: column.account.linkCode
            codeText: column.account.linkCodeText
            onAsked: column.account.makeLinkCode()
        }
    }
}
