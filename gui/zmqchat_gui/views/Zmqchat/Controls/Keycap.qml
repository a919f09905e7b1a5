import QtQuick
import Zmqchat.Theme

Rectangle {
    id: cap

    required property string keys

    implicitWidth: words.implicitWidth + 14
    implicitHeight: words.implicitHeight + 8
    radius: 5
    color: Theme.color.codeFill
    border.color: Theme.color.borderStrong

    Label {
        id: words

        anchors.centerIn: parent
        text: cap.keys
        font.pixelSize: Theme.small
        font.weight: Font.Medium
        color: Theme.color.textMuted
    }
}
