import QtQuick
import Zmqchat.Theme

// Plain text always: what people write never becomes markup by accident.
Text {
    color: Theme.color.text
    font.family: Theme.sans
    font.pixelSize: Theme.body
    textFormat: Text.PlainText
    elide: Text.ElideRight
    verticalAlignment: Text.AlignVCenter
    Accessible.role: Accessible.StaticText
    Accessible.name: text
}
