import QtQuick
import QtQuick.Layouts
import Zmqchat.Theme

// The head of a pane at the side: what it shows, and a way to close it.
Item {
    id: header

    required property string title
    signal closed

    implicitHeight: Theme.header

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.lg
        anchors.rightMargin: Theme.md

        Label {
            Layout.fillWidth: true
            text: header.title
            font.pixelSize: Theme.title
            font.weight: Font.DemiBold
            Accessible.role: Accessible.Heading
        }

        IconButton {
            glyph: "close"
            text: qsTr("Close")
            onClicked: header.closed()
        }
    }

    Divider {
        anchors.bottom: parent.bottom
        width: parent.width
    }
}
