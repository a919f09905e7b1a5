import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme

// What went wrong, and what to do.
Rectangle {
    id: trouble

    required property string message
    required property string advice

    visible: message
    implicitHeight: words.implicitHeight + 2 * Theme.md
    radius: Theme.radius
    color: Theme.color.dangerSoft
    Accessible.role: Accessible.AlertMessage
    Accessible.name: qsTr("%1 %2").arg(message).arg(advice)

    Icon {
        x: Theme.md
        y: Theme.md
        glyph: "alert"
        color: Theme.color.danger
    }

    ColumnLayout {
        id: words

        x: Theme.md + Math.round(28 * Theme.scale)
        y: Theme.md
        width: parent.width - x - Theme.md
        spacing: 2

        Label {
            Layout.fillWidth: true
            text: trouble.message
            wrapMode: Text.Wrap
            font.pixelSize: Theme.label
            font.weight: Font.DemiBold
            color: Theme.color.danger
            Accessible.ignored: true
        }

        Label {
            Layout.fillWidth: true
            visible: text
            text: trouble.advice
            wrapMode: Text.Wrap
            font.pixelSize: Theme.label
            Accessible.ignored: true
        }
    }
}
