pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme

Dialog {
    id: dialog

    readonly property var lines: [[qsTr("Ctrl+K"), qsTr("Go to a room or person")], [qsTr("Alt+Up, Alt+Down"), qsTr("Previous or next room")], [qsTr("Alt+Shift+Up, Down"), qsTr("The same, with unread messages")], [qsTr("F6, Shift+F6"), qsTr("Next or previous pane")], [qsTr("Ctrl+F"), qsTr("Search messages")], [qsTr("Ctrl+M"), qsTr("Members")], [qsTr("Ctrl+J"), qsTr("Jump to the latest message")], [qsTr("Ctrl+,"), qsTr("Settings")], [qsTr("Ctrl+/"), qsTr("This list")], [qsTr("Enter, Shift+Enter"), qsTr("Send, or break the line")], [qsTr("Up in an empty field"), qsTr("Edit the last message")], [qsTr("Esc"), qsTr("Close, cancel, back to writing")], [qsTr("Shift+Up, Shift+Down"), qsTr("Select messages; Ctrl+A selects all, Ctrl+C copies")], [qsTr("R, T, E, C, L, P, +, Del"), qsTr("Reply, thread, edit, copy, link, pin, react, delete: on a message")]]

    wanted: 600
    title: qsTr("Keyboard shortcuts")

    contentItem: Flickable {
        implicitHeight: column.implicitHeight
        contentHeight: column.implicitHeight
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.vertical: ScrollBar {}

        ColumnLayout {
            id: column

            width: dialog.availableWidth - 10
            spacing: Theme.sm

            Repeater {
                model: dialog.lines

                GridLayout {
                    id: line

                    required property var modelData

                    columns: column.width < 420 * Theme.scale ? 1 : 2
                    columnSpacing: Theme.lg
                    rowSpacing: 4
                    Accessible.role: Accessible.ListItem
                    Accessible.name: qsTr("%1: %2").arg(modelData[0]).arg(modelData[1])

                    Item {
                        Layout.preferredWidth: 190
                        implicitHeight: cap.implicitHeight

                        Keycap {
                            id: cap

                            keys: line.modelData[0]
                        }
                    }

                    Label {
                        Layout.fillWidth: true
                        text: line.modelData[1]
                        wrapMode: Text.Wrap
                        font.pixelSize: Theme.label
                        Accessible.ignored: true
                    }
                }
            }

            Item {
                implicitHeight: Theme.sm
            }
        }
    }
}
