import QtQuick
import QtQuick.Templates as T
import Zmqchat.Theme

T.ScrollBar {
    id: bar

    implicitWidth: 10
    implicitHeight: 10
    padding: 2
    minimumSize: 0.06
    visible: size < 1
    Accessible.name: orientation === Qt.Vertical ? qsTr("Scroll up and down") : qsTr("Scroll sideways")

    contentItem: Rectangle {
        implicitWidth: 6
        implicitHeight: 6
        radius: 3
        color: bar.pressed ? Theme.color.textFaint : Theme.color.borderStrong
        opacity: bar.active || bar.hovered ? 1 : 0.55
    }
}
