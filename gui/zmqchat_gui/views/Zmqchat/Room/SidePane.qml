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
    readonly property Item area: (found.item as SearchList)?.area ?? (part.item as ThreadPane)?.area ?? (part.item as MembersList)?.area ?? part.item
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
            id: found

            Layout.fillWidth: true
            Layout.fillHeight: true
            active: pane.side === "search"
            visible: active
            focus: active

            sourceComponent: SearchList {
                session: pane.session
            }
        }

        Anew {
            id: part

            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: subject !== null
            focus: visible
            subject: pane.side === "search" ? null : pane.room
            view: pane.side === "thread" ? thread : pane.side === "pins" ? pins : members
        }
    }

    Divider {
        height: parent.height
    }

    Component {
        id: members

        MembersList {
            required property Room subject

            anchors.fill: parent
            session: pane.session
            room: subject
        }
    }

    Component {
        id: thread

        ThreadPane {
            required property Room subject

            anchors.fill: parent
            room: subject
        }
    }

    Component {
        id: pins

        PinsList {
            required property Room subject

            anchors.fill: parent
            room: subject
        }
    }
}
