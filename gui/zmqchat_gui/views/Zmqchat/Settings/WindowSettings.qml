import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme

ColumnLayout {
    id: column

    signal shortcutsAsked
    signal aboutAsked

    spacing: Theme.xl

    AppearanceSettings {
        Layout.fillWidth: true
    }

    StartSettings {
        Layout.fillWidth: true
    }

    Flow {
        Layout.fillWidth: true
        spacing: Theme.sm
        Component.onCompleted: forceLayout()

        Button {
            glyph: "keyboard"
            text: qsTr("Keyboard shortcuts")
            onClicked: column.shortcutsAsked()
        }

        Button {
            glyph: "info"
            text: qsTr("About")
            onClicked: column.aboutAsked()
        }
    }
}
