import QtQuick
import QtQuick.Layouts
import Zmqchat.Theme
import Zmqchat.ViewModels

ColumnLayout {
    id: column

    required property Session session

    spacing: Theme.xl

    ProfileSettings {
        Layout.fillWidth: true
        session: column.session
    }

    PresenceSettings {
        Layout.fillWidth: true
        account: column.session.account
    }

    IgnoredSettings {
        Layout.fillWidth: true
        account: column.session.account
    }

    PasswordSettings {
        Layout.fillWidth: true
        account: column.session.account
    }
}
