import QtQuick
import Zmqchat.Theme

// Plain text always: what people write never becomes markup by accident. A name that runs from the
// right stays where the others are.
Text {
    color: Theme.color.text
    font.family: Theme.sans
    font.pixelSize: Theme.body
    textFormat: Text.PlainText
    elide: Text.ElideRight
    horizontalAlignment: Text.AlignLeft
    verticalAlignment: Text.AlignVCenter
    Accessible.role: Accessible.StaticText
    Accessible.name: text
}
