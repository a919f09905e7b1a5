import QtQuick
import QtQuick.Layouts
import Zmqchat.Theme

// A line of settings: what it is at the left, how it is set at the right, or below where it is narrow.
GridLayout {
    id: row

    required property string title
    property string hint

    columns: width < 400 * Theme.scale ? 1 : 2
    columnSpacing: Theme.lg
    rowSpacing: Theme.sm

    ColumnLayout {
        // what sets it has its width first, the words have the rest
        Layout.fillWidth: true
        Layout.preferredWidth: 0
        spacing: 2

        Label {
            Layout.fillWidth: true
            text: row.title
            font.pixelSize: Theme.label
            font.weight: Font.Medium
        }

        Label {
            Layout.fillWidth: true
            visible: text
            text: row.hint
            wrapMode: Text.Wrap
            font.pixelSize: Theme.small
            color: Theme.color.textMuted
        }
    }
}
