import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

Rectangle {
    id: bar

    required property Session session
    readonly property alias list: rooms
    signal switcherAsked
    signal createAsked
    signal browseAsked
    signal settingsAsked
    signal opened

    implicitWidth: Math.round(264 * Math.max(1, Theme.scale))
    color: Theme.color.sidebar
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Rooms and people")

    ColumnLayout {
        anchors.fill: parent
        anchors.rightMargin: 1
        spacing: 0

        ServerHead {
            Layout.fillWidth: true
            session: bar.session
            onCreateAsked: bar.createAsked()
            onBrowseAsked: bar.browseAsked()
        }

        SearchButton {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.lg - 2
            Layout.rightMargin: Theme.lg - 2
            Layout.bottomMargin: Theme.lg
            onClicked: bar.switcherAsked()
        }

        RoomList {
            id: rooms

            Layout.fillWidth: true
            Layout.fillHeight: true
            session: bar.session
            onOpened: bar.opened()
        }

        Button {
            Layout.fillWidth: true
            Layout.margins: Theme.sm
            kind: "quiet"
            glyph: "compass"
            text: qsTr("Find or create a room")
            onClicked: bar.browseAsked()
        }

        AccountFoot {
            Layout.fillWidth: true
            session: bar.session
            onSettingsAsked: bar.settingsAsked()
        }
    }

    Divider {
        anchors.right: parent.right
        height: parent.height
    }
}
