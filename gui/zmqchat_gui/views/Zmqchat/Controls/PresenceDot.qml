import QtQuick
import Zmqchat.Theme

Rectangle {
    id: dot

    // "online", "away", "busy", "offline"; "" where nothing is known
    property string presence
    property color ground: Theme.color.sidebar

    visible: presence !== ""
    width: 12
    height: 12
    radius: 6
    color: ground
    Accessible.ignored: true

    Rectangle {
        anchors.centerIn: parent
        width: 8
        height: 8
        radius: 4
        color: dot.presence === "online" ? Theme.color.success : dot.presence === "away" ? Theme.color.mentionLine : dot.presence === "busy" ? Theme.color.danger : "transparent"
        border.width: dot.presence === "offline" ? 2 : 0
        border.color: Theme.color.textFaint
    }
}
