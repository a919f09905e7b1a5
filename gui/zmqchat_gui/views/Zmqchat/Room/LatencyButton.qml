import QtQuick
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// The newest latency, or that there is no connection; a press shows where it went.
T.AbstractButton {
    id: button

    required property Latency latency

    visible: latency.known
    implicitWidth: row.implicitWidth + 16
    implicitHeight: Theme.control - 4
    hoverEnabled: true
    focusPolicy: Qt.TabFocus
    text: qsTr("Latency %1").arg(latency.text)
    Accessible.name: text
    onClicked: popup.open()

    contentItem: Item {
        Row {
            id: row

            anchors.centerIn: parent
            spacing: 5

            Icon {
                anchors.verticalCenter: parent.verticalCenter
                glyph: button.latency.current ? "activity" : "offline"
                size: 15
                color: button.latency.current ? Theme.color.success : Theme.color.textFaint
            }

            Label {
                anchors.verticalCenter: parent.verticalCenter
                text: button.latency.text
                font.pixelSize: Theme.small
                font.features: {
                    "tnum": 1
                }
                color: Theme.color.textMuted
                Accessible.ignored: true
            }
        }
    }

    background: Rectangle {
        radius: Theme.radius
        color: button.hovered ? Theme.color.hover : "transparent"

        FocusRing {
            shown: button.visualFocus
        }
    }

    LatencyPopover {
        id: popup

        latency: button.latency
        x: button.width - width
        y: button.height + 8
    }
}
