import QtQuick
import Zmqchat.Theme

Rectangle {
    id: badge

    required property int count
    // what is meant for this person stands out
    property bool loud: true

    visible: count > 0
    implicitHeight: Math.round(18 * Theme.scale)
    implicitWidth: Math.max(implicitHeight, number.implicitWidth + 12)
    radius: implicitHeight / 2
    color: loud ? Theme.color.accentFill : Theme.dark ? Theme.color.borderStrong : Theme.color.borderStrong
    Accessible.ignored: true

    Text {
        id: number

        anchors.centerIn: parent
        text: badge.count > 999 ? qsTr("999+") : badge.count
        color: badge.loud ? Theme.color.onAccent : Theme.color.text
        font.family: Theme.sans
        font.pixelSize: Theme.tiny
        font.weight: Font.DemiBold
        Accessible.ignored: true
    }
}
