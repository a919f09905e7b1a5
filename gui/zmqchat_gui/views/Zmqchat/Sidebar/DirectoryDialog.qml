pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// Rooms that can be found.
Dialog {
    id: dialog

    required property Session session
    signal createAsked

    function go(room: string, joined: bool) {
        if (joined) {
            session.openRoom(room);
            close();
        } else if (!session.going.busy)
            session.enterRoom(room);
    }

    wanted: 560
    title: qsTr("Find a room")
    onAboutToShow: {
        session.directory.refresh();
        session.going.look();
    }
    onClosed: session.going.leave()
    onOpened: filter.forceActiveFocus()

    contentItem: ColumnLayout {
        spacing: Theme.md

        RowLayout {
            spacing: Theme.sm

            TextField {
                id: filter

                Layout.fillWidth: true
                glyph: "search"
                placeholderText: qsTr("Name or topic")
                text: dialog.session.directory.filter
                onTextEdited: dialog.session.directory.filter = text
            }

            Button {
                glyph: "plus"
                text: qsTr("Create")
                Accessible.name: qsTr("Create a room")
                onClicked: dialog.createAsked()
            }
        }

        Mistake {
            Layout.fillWidth: true
            text: dialog.session.going.error
        }

        RowList {
            id: list

            Layout.fillWidth: true
            Layout.preferredHeight: 360
            clip: true
            model: dialog.session.directory
            boundsBehavior: Flickable.StopAtBounds
            ScrollBar.vertical: ScrollBar {}
            Accessible.role: Accessible.List
            Accessible.name: dialog.title

            delegate: DirectoryRow {
                width: ListView.view.width - 12
                onEntered: dialog.go(key, joined)
            }

            Spinner {
                anchors.centerIn: parent
                visible: dialog.session.directory.loading && list.count === 0
                size: 24
            }

            EmptyState {
                anchors.centerIn: parent
                width: Math.min(320, parent.width)
                visible: list.count === 0 && !dialog.session.directory.loading
                glyph: dialog.session.directory.error ? "alert" : "compass"
                title: dialog.session.directory.error || qsTr("No such room")
                hint: dialog.session.directory.error ? "" : qsTr("Private rooms appear here to those who are invited. You can create one.")
            }
        }
    }

    Connections {
        target: dialog.session.going
        enabled: dialog.visible

        function onDone() {
            dialog.close();
        }
    }
}
