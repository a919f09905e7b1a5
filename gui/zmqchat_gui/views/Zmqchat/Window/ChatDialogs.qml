import QtQuick
import Zmqchat.Room
import Zmqchat.Settings
import Zmqchat.Sidebar
import Zmqchat.ViewModels

// Everything that opens over the chat.
Item {
    id: dialogs

    required property Session session

    function openSwitcher() {
        switcher.open();
    }

    function openSettings() {
        settings.open();
    }

    function openShortcuts() {
        shortcuts.open();
    }

    function openDirectory() {
        directory.open();
    }

    function openCreate() {
        create.open();
    }

    Switcher {
        id: switcher

        session: dialogs.session
    }

    DirectoryDialog {
        id: directory

        session: dialogs.session
        onCreateAsked: {
            close();
            create.open();
        }
    }

    CreateRoomDialog {
        id: create

        session: dialogs.session
    }

    SettingsDialog {
        id: settings

        session: dialogs.session
        onShortcutsAsked: {
            close();
            shortcuts.open();
        }
        onRenameDeviceAsked: (number, label) => {
            renameDevice.number = number;
            renameDevice.ask(label);
        }
        onRemoveDeviceAsked: (number, label) => removeDevice.ask(number, label)
        onAboutAsked: {
            close();
            about.open();
        }
    }

    TextDialog {
        id: renameDevice

        property int number

        title: qsTr("Name of the device")
        label: qsTr("Name")
        attempt: dialogs.session.account.labelling
        onSaved: text => dialogs.session.account.labelDevice(number, text)
    }

    RemoveDeviceQuestion {
        id: removeDevice

        account: dialogs.session.account
    }

    AboutDialog {
        id: about
    }

    ShortcutSheet {
        id: shortcuts
    }
}
