import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.ViewModels

SettingsSection {
    title: qsTr("Start")

    CheckRow {
        Layout.fillWidth: true
        enabled: App.settings.trayAvailable
        title: qsTr("Start in the tray")
        hint: App.settings.trayAvailable ? qsTr("The window opens with a press on the icon.") : qsTr("This desktop has no tray: the window opens at every start.")
        on: App.settings.trayAvailable && App.settings.startMinimised
        onSwitched: on => App.settings.startMinimised = on
    }
}
