import QtQuick
import Zmqchat.Controls

// A table is as wide as its words need it; a wider one scrolls sideways.
Flickable {
    id: block

    required property string html
    required property point part
    readonly property alias prose: words

    implicitHeight: words.implicitHeight + (contentWidth > width ? 10 : 0)
    contentWidth: words.implicitWidth
    contentHeight: words.implicitHeight
    clip: true
    acceptedButtons: Qt.NoButton
    interactive: contentWidth > width
    flickableDirection: Flickable.HorizontalFlick
    boundsBehavior: Flickable.StopAtBounds
    ScrollBar.horizontal: ScrollBar {}

    Prose {
        id: words

        html: block.html
        part: block.part
        wrapMode: TextEdit.NoWrap
    }
}
