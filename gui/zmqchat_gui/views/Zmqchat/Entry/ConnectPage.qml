pragma ComponentBehavior: Bound

import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// A name, a server, Connect.
Rectangle {
    id: page

    readonly property Entrance entrance: App.entrance

    color: Theme.color.sidebar

    Flickable {
        id: scroll

        anchors.fill: parent
        contentHeight: card.height + 2 * Theme.xxl
        boundsBehavior: Flickable.StopAtBounds

        Item {
            id: card

            x: Math.round((scroll.width - width) / 2)
            y: Math.max(Theme.xxl, Math.round((scroll.height - height) / 2.3))
            width: Math.min(430, scroll.width - 2 * Theme.lg)
            height: form.implicitHeight + 2 * Theme.xxl

            Shadow {}

            Rectangle {
                anchors.fill: parent
                radius: Theme.radiusLg
                color: Theme.color.surface
                border.color: Theme.color.border
            }

            ConnectForm {
                id: form

                x: Theme.xxl
                y: Theme.xxl
                width: parent.width - 2 * Theme.xxl
                entrance: page.entrance
            }
        }
    }

    IconButton {
        x: Theme.md
        y: Theme.md
        visible: page.entrance.canCancel
        glyph: "chevron-left"
        text: qsTr("Back to the chat")
        shortcut: qsTr("Esc")
        onClicked: page.entrance.cancel()
    }

    Shortcut {
        sequence: "Esc"
        enabled: page.entrance.canCancel || page.entrance.busy
        onActivated: page.entrance.cancel()
    }

    DropArea {
        anchors.fill: parent
        keys: ["text/plain", "text/uri-list"]
        onDropped: drop => page.entrance.link = drop.text
    }
}
