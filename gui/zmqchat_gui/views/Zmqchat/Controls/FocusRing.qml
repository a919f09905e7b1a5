import QtQuick
import Zmqchat.Theme

Rectangle {
    required property bool shown

    anchors.fill: parent
    anchors.margins: -2
    visible: shown
    color: "transparent"
    radius: Theme.radius + 2
    border.width: 2
    border.color: Theme.color.accent
}
