import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

RowLayout {
    id: title

    required property Room room

    spacing: Theme.md

    Icon {
        glyph: title.room.kind === "direct" ? "at" : title.room.kind === "private" ? "lock" : "hash"
        size: 22
        color: Theme.color.textMuted
    }

    ColumnLayout {
        Layout.fillWidth: true
        spacing: 1

        Label {
            Layout.fillWidth: true
            text: title.room.title
            font.pixelSize: Theme.title
            font.weight: Font.DemiBold
            Accessible.role: Accessible.Heading
        }

        Label {
            Layout.fillWidth: true
            visible: text
            text: title.room.subtitle
            font.pixelSize: Theme.small
            color: Theme.color.textMuted
        }
    }
}
