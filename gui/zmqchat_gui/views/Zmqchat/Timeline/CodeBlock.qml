import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// Code is not wrapped: it scrolls sideways. Its language stands above it and the button beside it, so
// that neither covers any of it.
Rectangle {
    id: block

    required property string html
    required property string plain
    required property string language
    required property point part
    readonly property alias prose: code

    implicitHeight: scroll.y + Math.max(scroll.height, copy.implicitHeight - 12) + 10
    radius: Theme.radius
    color: Theme.dark ? "#131418" : "#f7f8fb"
    border.color: Theme.color.border

    HoverHandler {
        id: hover
    }

    Flickable {
        id: scroll

        x: Theme.md
        y: language.visible ? language.y + language.height + 4 : 10
        width: block.width - Theme.md - Theme.gutter
        height: contentHeight + (interactive ? 8 : 0)
        contentWidth: code.implicitWidth
        contentHeight: code.implicitHeight
        clip: true
        acceptedButtons: Qt.NoButton
        interactive: contentWidth > width
        flickableDirection: Flickable.HorizontalFlick
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.horizontal: ScrollBar {}

        Prose {
            id: code

            html: block.html
            part: block.part
            wrapMode: TextEdit.NoWrap
            font.family: Theme.mono
            font.pixelSize: Theme.label
        }
    }

    Label {
        id: language

        x: Theme.md
        y: 8
        width: scroll.width
        visible: text
        text: block.language
        font.pixelSize: Theme.tiny
        color: Theme.color.textFaint
        Accessible.ignored: true
    }

    IconButton {
        id: copy

        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: 4
        visible: hover.hovered
        implicitWidth: 28
        implicitHeight: 28
        glyph: "copy"
        glyphSize: 15
        focusPolicy: Qt.NoFocus
        text: qsTr("Copy the code")
        onClicked: App.copy(block.plain)
    }
}
