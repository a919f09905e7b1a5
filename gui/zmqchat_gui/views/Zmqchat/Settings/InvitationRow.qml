import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme

// An invitation to the realm.
RowLayout {
    id: row

    required property int number
    required property string title
    required property string detail
    required property bool open
    signal revokeAsked

    spacing: Theme.md
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1, %2").arg(title).arg(detail)

    Icon {
        glyph: "user-plus"
        size: 20
        color: row.open ? Theme.color.accent : Theme.color.textFaint
    }

    ColumnLayout {
        Layout.fillWidth: true
        spacing: 1

        Label {
            Layout.fillWidth: true
            text: row.title
            font.pixelSize: Theme.label
            font.weight: Font.DemiBold
            color: row.open ? Theme.color.text : Theme.color.textMuted
            Accessible.ignored: true
        }

        Label {
            Layout.fillWidth: true
            text: row.detail
            wrapMode: Text.Wrap
            font.pixelSize: Theme.small
            color: Theme.color.textMuted
            Accessible.ignored: true
        }
    }

    IconButton {
        visible: row.open
        glyph: "trash"
        text: qsTr("Revoke %1").arg(row.title)
        onClicked: row.revokeAsked()
    }
}
