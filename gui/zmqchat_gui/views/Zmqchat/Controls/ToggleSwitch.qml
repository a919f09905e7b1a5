import QtQuick
import QtQuick.Templates as T
import Zmqchat.Theme

T.Switch {
    id: toggle

    implicitWidth: 40
    implicitHeight: 24
    hoverEnabled: true
    opacity: enabled ? 1 : 0.45
    Accessible.name: text

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }

    indicator: Rectangle {
        width: 38
        height: 22
        radius: 11
        anchors.verticalCenter: parent.verticalCenter
        color: toggle.checked ? Theme.color.accentFill : toggle.hovered ? Theme.color.textFaint : Theme.color.borderStrong

        Rectangle {
            x: toggle.checked ? 19 : 3
            y: 3
            width: 16
            height: 16
            radius: 8
            color: "#ffffff"

            Behavior on x {
                NumberAnimation {
                    duration: Theme.quick
                    easing.type: Easing.OutCubic
                }
            }
        }

        FocusRing {
            shown: toggle.visualFocus
            radius: 13
        }
    }
}
