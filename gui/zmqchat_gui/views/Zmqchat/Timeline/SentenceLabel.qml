import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme

// What stands where a message would, and is selected as a whole.
Label {
    id: label

    property bool chosen: false

    color: chosen ? Theme.color.text : Theme.color.textMuted
    wrapMode: Text.Wrap
    Accessible.ignored: true

    Rectangle {
        z: -1
        visible: label.chosen
        width: label.contentWidth
        height: label.contentHeight
        color: Theme.color.selection
    }
}
