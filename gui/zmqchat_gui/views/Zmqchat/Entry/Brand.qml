import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme

ColumnLayout {
    id: brand

    // whether there are servers to choose from
    required property bool offering

    spacing: Theme.md

    Image {
        Layout.alignment: Qt.AlignHCenter
        source: Qt.resolvedUrl("../../icons/app/zmqchat.svg")
        sourceSize: Qt.size(64, 64)
        Accessible.ignored: true
    }

    Label {
        Layout.alignment: Qt.AlignHCenter
        text: qsTr("Welcome to zmqchat")
        font.pixelSize: Theme.heading
        font.weight: Font.DemiBold
        Accessible.role: Accessible.Heading
    }

    Label {
        Layout.fillWidth: true
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        text: brand.offering ? qsTr("Type a name, choose a server, and talk.") : qsTr("Type a name, paste a join link, and talk.")
        color: Theme.color.textMuted
        font.pixelSize: Theme.label
    }
}
