import QtQuick
import Zmqchat.Theme

// Somebody's picture, or their initials where there is none.
Item {
    id: avatar

    required property string initials
    required property int tint
    property string picture
    property int size: 36
    property string presence
    property color ground: Theme.color.sidebar
    // a picture that has gone from memory is one transparent pixel
    readonly property bool pictured: image.status === Image.Ready && image.implicitWidth > 1

    implicitWidth: size
    implicitHeight: size
    Accessible.ignored: true

    Rectangle {
        anchors.fill: parent
        visible: !avatar.pictured
        radius: Math.round(avatar.size / 4)
        color: Theme.people[avatar.tint % Theme.people.length]

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
    }

    Image {
        id: image

        anchors.fill: parent
        source: avatar.picture
        sourceSize: Qt.size(Math.ceil(avatar.size * Screen.devicePixelRatio), Math.ceil(avatar.size * Screen.devicePixelRatio))
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
