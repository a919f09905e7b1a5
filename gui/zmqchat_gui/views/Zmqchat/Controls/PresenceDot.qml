import QtQuick
import Zmqchat.Theme

Rectangle {
    id: dot

    // "online", "away", "hidden", "offline"; "" where nothing is known
    property string presence
    property color ground: Theme.color.sidebar
    readonly property bool hollow: presence === "offline" || presence === "hidden"

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
        color: dot.presence === "online" ? Theme.color.success : dot.presence === "away" ? Theme.color.mentionLine : "transparent"
        border.width: dot.hollow ? 2 : 0
        border.color: Theme.color.textFaint
    }
}
