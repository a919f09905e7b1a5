import QtQuick
import Zmqchat.Theme

// Under a field: what is wrong with what is in it.
Label {
    visible: text
    wrapMode: Text.Wrap
    font.pixelSize: Theme.small
    color: Theme.color.danger
    Accessible.role: Accessible.AlertMessage
    Accessible.name: text
}
