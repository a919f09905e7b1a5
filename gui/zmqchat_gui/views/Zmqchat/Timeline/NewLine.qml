import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme

// Above it was read before.
Item {
    implicitHeight: words.implicitHeight + 14
    Accessible.role: Accessible.Heading
    Accessible.name: words.text

    Rectangle {
        anchors.verticalCenter: parent.verticalCenter
        x: Theme.xl
        width: words.x - x - 10
        height: 1
        color: Theme.color.danger
    }

    Label {
        id: words

        anchors.right: parent.right
        anchors.rightMargin: Theme.xl
        anchors.verticalCenter: parent.verticalCenter
        text: qsTr("New messages")
        font.pixelSize: Theme.small
        font.weight: Font.DemiBold
        color: Theme.color.danger
        Accessible.ignored: true
    }
}
