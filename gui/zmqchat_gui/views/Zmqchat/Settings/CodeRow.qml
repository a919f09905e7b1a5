import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// A one-time code: made by a press, shown to be read out or copied.
ColumnLayout {
    id: row

    required property string title
    required property string hint
    required property string action
    required property string code
    required property string codeText
    signal asked

    spacing: Theme.sm

    SettingRow {
        Layout.fillWidth: true
        title: row.title
        hint: row.hint

        Button {
            text: row.action
            onClicked: row.asked()
        }
    }

    Rectangle {
        Layout.fillWidth: true
        visible: row.code !== ""
        implicitHeight: words.implicitHeight + 2 * Theme.md
        radius: Theme.radius
        color: Theme.color.accentSoft

        RowLayout {
            id: words

            x: Theme.md
            y: Theme.md
            width: parent.width - 2 * Theme.md

            ColumnLayout {
                Layout.fillWidth: true
                spacing: 2

                Label {
                    Layout.fillWidth: true
                    text: row.code
                    font.family: Theme.mono
                    font.pixelSize: Theme.title
                    font.weight: Font.DemiBold
                    color: Theme.color.accent
                }

                Label {
                    Layout.fillWidth: true
                    text: row.codeText
                    wrapMode: Text.Wrap
                    font.pixelSize: Theme.small
                }
            }

            IconButton {
                glyph: "copy"
                text: qsTr("Copy the code")
                onClicked: App.copy(row.code)
            }
        }
    }
}
