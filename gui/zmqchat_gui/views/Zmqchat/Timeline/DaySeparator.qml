import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme

Item {
    id: separator

    required property string day

    implicitHeight: pill.height + 2 * Theme.md
    Accessible.role: Accessible.Heading
    Accessible.name: day

    Divider {
        anchors.verticalCenter: parent.verticalCenter
        x: Theme.xl
        width: parent.width - 2 * x
    }

    Rectangle {
        id: pill

        anchors.centerIn: parent
        width: words.implicitWidth + 24
        height: words.implicitHeight + 10
        radius: height / 2
        color: Theme.color.surface
        border.color: Theme.color.border

        Label {
            id: words

            anchors.centerIn: parent
            text: separator.day
            font.pixelSize: Theme.small
            font.weight: Font.DemiBold
            color: Theme.color.textMuted
            Accessible.ignored: true
        }
    }
}
