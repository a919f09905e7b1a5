import QtQuick
import Zmqchat.ViewModels

// The keys of the whole window.
Item {
    id: keys

    required property Session session
    signal switcherAsked
    signal settingsAsked
    signal shortcutsAsked
    signal sideAsked(string side)
    signal paneAsked(int by)
    signal latestAsked
    signal escaped

    Shortcut {
        sequence: "Ctrl+K"
        onActivated: keys.switcherAsked()
    }

    Shortcut {
        sequence: "Ctrl+,"
        onActivated: keys.settingsAsked()
    }

    Shortcut {
        sequence: "Ctrl+/"
        onActivated: keys.shortcutsAsked()
    }

    Shortcut {
        sequence: "Ctrl+F"
        enabled: keys.session.searchAvailable && keys.session.room !== null
        onActivated: keys.sideAsked("search")
    }

    Shortcut {
        sequence: "Ctrl+M"
        onActivated: keys.sideAsked("members")
    }

    Shortcut {
        sequence: "Ctrl+J"
        onActivated: keys.latestAsked()
    }

    Shortcut {
        sequence: "Alt+Up"
        onActivated: keys.session.step(-1)
    }

    Shortcut {
        sequence: "Alt+Down"
        onActivated: keys.session.step(1)
    }

    Shortcut {
        sequence: "Alt+Shift+Up"
        onActivated: keys.session.stepUnread(-1)
    }

    Shortcut {
        sequence: "Alt+Shift+Down"
        onActivated: keys.session.stepUnread(1)
    }

    Shortcut {
        sequence: "F6"
        onActivated: keys.paneAsked(1)
    }

    Shortcut {
        sequence: "Shift+F6"
        onActivated: keys.paneAsked(-1)
    }

    Shortcut {
        sequence: "Esc"
        onActivated: keys.escaped()
    }
}
