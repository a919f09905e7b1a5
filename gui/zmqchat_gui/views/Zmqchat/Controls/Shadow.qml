import QtQuick
import Zmqchat.Theme

// Depth without layers, which the software renderer does not have: a few faint rims.
Item {
    property int radius: Theme.radiusLg

    anchors.fill: parent

    Repeater {
        model: 6

        Rectangle {
            required property int index

            anchors.fill: parent
            anchors.margins: -index
            anchors.topMargin: 2 - index
            anchors.bottomMargin: -2 - index
            radius: parent ? (parent as Shadow).radius + index : 0
            color: Theme.color.shadow
            opacity: Theme.dark ? 0.09 : 0.022
        }
    }
}
