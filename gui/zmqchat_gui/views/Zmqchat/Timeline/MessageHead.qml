pragma ComponentBehavior: Bound

import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme

Item {
    id: head

    required property string name
    required property string time
    required property string timeFull
    required property bool pinned
    required property bool pinning

    implicitHeight: sender.implicitHeight + 2

    Label {
        id: sender

        width: Math.min(implicitWidth, head.width - 120)
        text: head.name
        font.pixelSize: Theme.body
        font.weight: Font.DemiBold
        Accessible.ignored: true
    }

    Label {
        id: clock

        anchors.left: sender.right
        anchors.leftMargin: Theme.sm
        anchors.baseline: sender.baseline
        text: head.time
        font.pixelSize: Theme.small
        color: Theme.color.textFaint
        Accessible.ignored: true

        HoverHandler {
            id: hover
        }

        Loader {
            active: hover.hovered

            sourceComponent: ToolTip {
                parent: clock
                visible: hover.hovered
                text: head.timeFull
            }
        }
    }

    Icon {
        visible: head.pinned
        opacity: head.pinning ? Theme.pending : 1
        anchors.left: clock.right
        anchors.leftMargin: 6
        anchors.verticalCenter: parent.verticalCenter
        glyph: "pin"
        size: 14
        color: Theme.color.warning
    }
}
