import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// Who one is here, how the connection is, and the way to the settings.
Item {
    id: foot

    required property Session session
    readonly property bool live: session.connection === "live"
    readonly property string presence: live ? session.account.shownPresence : "offline"
    signal settingsAsked

    implicitHeight: Theme.header

    Divider {
        width: parent.width
    }

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.lg
        anchors.rightMargin: Theme.md
        spacing: Theme.sm + 2

        Avatar {
            size: 32
            picture: foot.session.account.portrait.avatar
            initials: foot.session.initials
            tint: foot.session.tint
            presence: foot.presence
        }

        ColumnLayout {
            Layout.fillWidth: true
            spacing: 1

            Label {
                Layout.fillWidth: true
                text: foot.session.account.displayName || foot.session.name
                font.pixelSize: Theme.label
                font.weight: Font.DemiBold
            }

            Label {
                Layout.fillWidth: true
                text: foot.presence === "away" ? qsTr("Away") : foot.presence === "hidden" ? qsTr("Hidden") : foot.session.connectionText
                font.pixelSize: Theme.small
                color: foot.live ? Theme.color.textMuted : Theme.color.warning
            }
        }

        IconButton {
            glyph: "settings"
            text: qsTr("Settings")
            shortcut: qsTr("Ctrl+,")
            onClicked: foot.settingsAsked()
        }
    }
}
