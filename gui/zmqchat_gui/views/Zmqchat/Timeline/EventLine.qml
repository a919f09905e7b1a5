import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme

// Somebody joined, a room was renamed: a sentence.
Item {
    id: line

    required property string sentence
    required property string time
    property bool chosen: false

    implicitHeight: words.implicitHeight + 10

    Icon {
        x: Theme.xl + 10
        anchors.verticalCenter: parent.verticalCenter
        glyph: "info"
        size: 15
        color: Theme.color.textFaint
    }

    SentenceLabel {
        id: words

        x: Theme.xl + 48
        width: parent.width - x - 80
        anchors.verticalCenter: parent.verticalCenter
        text: line.sentence
        chosen: line.chosen
        font.pixelSize: Theme.label
    }

    Label {
        x: words.x + Math.min(words.implicitWidth, words.width) + 8
        anchors.baseline: words.baseline
        text: line.time
        font.pixelSize: Theme.tiny
        color: Theme.color.textFaint
        Accessible.ignored: true
    }
}
