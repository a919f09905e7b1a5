import QtQuick
import Zmqchat.Controls
import Zmqchat.Room
import Zmqchat.Theme
import Zmqchat.ViewModels

// A server without an open room.
Rectangle {
    id: empty

    required property Session session
    required property bool narrow
    signal browseAsked
    signal sidebarAsked

    color: Theme.color.surface

    IconButton {
        x: Theme.sm
        y: 13
        visible: empty.narrow
        glyph: "menu"
        text: qsTr("Show the rooms")
        onClicked: empty.sidebarAsked()
    }

    ConnectionBanner {
        y: empty.narrow ? 56 : 0
        width: parent.width
        session: empty.session
    }

    Column {
        anchors.centerIn: parent
        width: Math.min(340, parent.width - 40)
        spacing: Theme.lg

        Spinner {
            anchors.horizontalCenter: parent.horizontalCenter
            visible: empty.session.connection === "connecting"
            size: 26
        }

        EmptyState {
            width: parent.width
            visible: empty.session.connection !== "connecting" && !empty.session.ended
            glyph: "thread"
            title: qsTr("No room is open")
            hint: qsTr("Choose one at the left, or find one to join.")
        }

        Button {
            anchors.horizontalCenter: parent.horizontalCenter
            visible: empty.session.connection === "live"
            kind: "primary"
            text: qsTr("Find a room")
            onClicked: empty.browseAsked()
        }
    }
}
