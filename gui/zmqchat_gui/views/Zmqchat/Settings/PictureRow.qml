import QtQuick
import QtQuick.Dialogs
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// One's picture: chosen from a file, or dropped here.
Item {
    id: row

    required property Portrait portrait
    required property string initials
    required property int tint

    implicitHeight: content.implicitHeight

    Rectangle {
        anchors.fill: parent
        anchors.margins: -Theme.sm
        visible: drop.containsDrag
        radius: Theme.radius
        color: Theme.color.accentSoft
        border.width: 2
        border.color: Theme.color.accent
    }

    GridLayout {
        id: content

        width: parent.width
        columns: width < 280 * Theme.scale ? 1 : 2
        columnSpacing: Theme.lg
        rowSpacing: Theme.md

        Avatar {
            size: 72
            picture: row.portrait.avatar
            initials: row.initials
            tint: row.tint

            Spinner {
                anchors.centerIn: parent
                visible: row.portrait.busy
                size: 30
            }
        }

        ColumnLayout {
            Layout.fillWidth: true
            spacing: Theme.sm

            Flow {
                Layout.fillWidth: true
                spacing: Theme.sm
                Component.onCompleted: forceLayout()

                Button {
                    enabled: !row.portrait.busy
                    text: row.portrait.there ? qsTr("Change the picture…") : qsTr("Choose a picture…")
                    onClicked: files.open()
                }

                Button {
                    visible: row.portrait.there
                    enabled: !row.portrait.busy
                    kind: "quiet"
                    text: qsTr("Remove")
                    Accessible.name: qsTr("Remove the picture")
                    onClicked: row.portrait.remove()
                }
            }

            Label {
                Layout.fillWidth: true
                wrapMode: Text.Wrap
                text: qsTr("Or drop one here. It is cut to a square; everybody on this server sees it.")
                font.pixelSize: Theme.small
                color: Theme.color.textMuted
            }
        }
    }

    DropArea {
        id: drop

        anchors.fill: parent
        anchors.margins: -Theme.sm
        keys: ["text/uri-list"]
        onDropped: drop => row.portrait.choose(drop.urls[0])
    }

    FileDialog {
        id: files

        title: qsTr("Choose a picture")
        nameFilters: [qsTr("Pictures (*.png *.jpg *.jpeg *.webp *.gif)"), qsTr("All files (*)")]
        onAccepted: row.portrait.choose(selectedFile)
    }
}
