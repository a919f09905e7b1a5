import QtQuick
import Zmqchat.Theme

// What somebody cites.
Item {
    id: block

    required property string html
    required property string trail
    required property point part
    readonly property alias prose: words

    implicitHeight: words.implicitHeight

    Rectangle {
        width: 3
        height: parent.height
        radius: 1.5
        color: Theme.color.borderStrong
    }

    Prose {
        id: words

        x: 12
        width: parent.width - x
        html: block.html
        trail: block.trail
        part: block.part
        color: Theme.color.textMuted
    }
}
