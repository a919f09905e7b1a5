import QtQuick
import Zmqchat.Theme

Rectangle {
    id: avatar

    required property string initials
    required property int tint
    property int size: 36
    property string presence
    property color ground: Theme.color.sidebar

    implicitWidth: size
    implicitHeight: size
    radius: Math.round(size / 4)
    color: Theme.people[tint % Theme.people.length]
    Accessible.ignored: true

    Text {
        anchors.centerIn: parent
        text: avatar.initials
        textFormat: Text.PlainText
        color: "#ffffff"
        font.family: Theme.sans
        font.pixelSize: Math.round(avatar.size * 0.38)
        font.weight: Font.DemiBold
        Accessible.ignored: true
    }

    PresenceDot {
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        anchors.margins: -3
        presence: avatar.presence
        ground: avatar.ground
    }
}
