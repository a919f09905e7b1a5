import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme

ColumnLayout {
    id: section

    required property string title
    default property alias rows: rows.data

    spacing: Theme.sm

    SectionLabel {
        text: section.title
    }

    Rectangle {
        Layout.fillWidth: true
        implicitHeight: rows.implicitHeight + 2 * Theme.lg
        radius: Theme.radiusLg
        color: Theme.dark ? Theme.color.surface : Theme.color.sidebar
        border.color: Theme.color.border

        ColumnLayout {
            id: rows

            x: Theme.lg
            y: Theme.lg
            width: parent.width - 2 * Theme.lg
            spacing: Theme.lg
        }
    }
}
