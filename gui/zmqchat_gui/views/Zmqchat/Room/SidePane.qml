pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// The pane at the right: members, search, what is pinned, or a thread.
Rectangle {
    id: pane

    required property Session session
    required property Room room
    required property string side
    // what has the focus when one comes here by F6
    readonly property Item area: (content.item as ThreadPane)?.area ?? (content.item as MembersList)?.area ?? (content.item as SearchList)?.area ?? content.item
    signal closed

    implicitWidth: Math.round((side === "members" ? 240 : side === "thread" ? 380 : 340) * Math.max(1, Theme.scale))
    color: side === "thread" ? Theme.color.surface : Theme.color.sidebar
    Accessible.role: Accessible.Pane
    Accessible.name: header.title
    Keys.onShortcutOverride: event => event.accepted = event.key === Qt.Key_Escape
    Keys.onEscapePressed: closed()

    ColumnLayout {
        anchors.fill: parent
        anchors.leftMargin: 1
        spacing: 0

        PaneHeader {
            id: header

            Layout.fillWidth: true
            title: pane.side === "thread" ? pane.room.openThread.title : pane.side === "members" ? qsTr("Members") : pane.side === "pins" ? qsTr("Pinned") : qsTr("Search")
            onClosed: pane.closed()
        }

        Loader {
            id: content

            Layout.fillWidth: true
            Layout.fillHeight: true
            sourceComponent: pane.side === "thread" ? thread : pane.side === "members" ? members : pane.side === "pins" ? pins : search
            focus: true
        }
    }

    Divider {
        height: parent.height
    }

    Component {
        id: members

        MembersList {
            session: pane.session
            room: pane.room
        }
    }

    Component {
        id: search

        SearchList {
            session: pane.session
        }
    }

    Component {
        id: thread

        ThreadPane {
            room: pane.room
        }
    }

    Component {
        id: pins

        PinsList {
            room: pane.room
        }
    }
}
