import QtQuick
import Zmqchat.Theme
import Zmqchat.ViewModels

// Rich text that the view-model made safe: it has links, which are handed on, and no pictures.
TextEdit {
    id: prose

    required property string html
    property bool complete: false

    readOnly: true
    selectByMouse: true
    text: Theme.css + html
    textFormat: TextEdit.RichText
    // Breaking a word of 64 KiB into a column of no width takes half a minute: not before it has one.
    wrapMode: complete && width > 40 ? TextEdit.Wrap : TextEdit.NoWrap
    color: Theme.color.text
    selectionColor: Theme.color.selection
    selectedTextColor: Theme.color.text
    font.family: Theme.sans
    font.pixelSize: Theme.body
    activeFocusOnPress: true
    activeFocusOnTab: false
    Accessible.ignored: true
    Component.onCompleted: complete = true
    onLinkActivated: link => App.openLink(link)
    onActiveFocusChanged: if (!activeFocus)
        deselect()

    HoverHandler {
        cursorShape: prose.hoveredLink ? Qt.PointingHandCursor : Qt.IBeamCursor
    }
}
