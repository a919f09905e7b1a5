import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme

// One of the person's devices.
RowLayout {
    id: row

    required property int number
    required property string label
    required property string createdText
    required property string seenText
    required property bool online
    required property bool isThis
    signal renameAsked
    signal removeAsked

    spacing: Theme.md
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1, %2").arg(label).arg(words.text)

    Icon {
        glyph: "device"
        size: 20
        color: row.isThis ? Theme.color.accent : Theme.color.textMuted
    }

    ColumnLayout {
        Layout.fillWidth: true
        spacing: 1

        Label {
            Layout.fillWidth: true
            text: row.label
            font.pixelSize: Theme.label
            font.weight: Font.DemiBold
            Accessible.ignored: true
        }

        Label {
            id: words

            Layout.fillWidth: true
            text: row.isThis ? qsTr("This device, since %1").arg(row.createdText) : row.online ? qsTr("Connected now, since %1").arg(row.createdText) : row.seenText ? qsTr("Last seen %1").arg(row.seenText) : qsTr("Since %1").arg(row.createdText)
            wrapMode: Text.Wrap
            font.pixelSize: Theme.small
            color: Theme.color.textMuted
            Accessible.ignored: true
        }
    }

    IconButton {
        glyph: "edit"
        text: qsTr("Rename %1").arg(row.label)
        onClicked: row.renameAsked()
    }

    IconButton {
        visible: !row.isThis
        glyph: "trash"
        text: qsTr("Remove %1").arg(row.label)
        onClicked: row.removeAsked()
    }
}
