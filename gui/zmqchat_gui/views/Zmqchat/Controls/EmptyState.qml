import QtQuick
import QtQuick.Layouts
import Zmqchat.Theme

ColumnLayout {
    id: empty

    required property string glyph
    required property string title
    property string hint

    spacing: Theme.sm

    Rectangle {
        Layout.alignment: Qt.AlignHCenter
        Layout.bottomMargin: Theme.sm
        implicitWidth: 56
        implicitHeight: 56
        radius: Theme.lg
        color: Theme.color.accentSoft

        Icon {
            anchors.centerIn: parent
            glyph: empty.glyph
            size: 26
            color: Theme.color.accent
        }
    }

    Label {
        Layout.fillWidth: true
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        text: empty.title
        font.pixelSize: Theme.title
        font.weight: Font.DemiBold
    }

    Label {
        Layout.fillWidth: true
        visible: text
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        text: empty.hint
        font.pixelSize: Theme.label
        lineHeight: 1.3
        color: Theme.color.textMuted
    }
}
