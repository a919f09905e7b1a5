import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme

// A part of a message's way: how long it took, and its share of all.
Item {
    id: stage

    required property string title
    required property string hint
    required property string text
    required property real share
    // whether it is part of the latency
    required property bool counted

    implicitHeight: row.implicitHeight + 6
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1: %2").arg(title).arg(text)
    Accessible.description: hint

    HoverHandler {
        id: hover
    }

    RowLayout {
        id: row

        anchors.verticalCenter: parent.verticalCenter
        width: parent.width
        spacing: Theme.sm

        Label {
            Layout.preferredWidth: Math.round(96 * Theme.scale)
            text: stage.title
            font.pixelSize: Theme.small
            color: Theme.color.textMuted
            Accessible.ignored: true
        }

        Rectangle {
            Layout.fillWidth: true
            implicitHeight: 6
            radius: 3
            color: Theme.color.codeFill

            Rectangle {
                width: Math.max(3, parent.width * stage.share)
                height: parent.height
                radius: 3
                color: stage.counted ? Theme.color.accentFill : Theme.color.textFaint
            }
        }

        Label {
            Layout.preferredWidth: Math.round(60 * Theme.scale)
            horizontalAlignment: Text.AlignRight
            text: stage.text
            font.pixelSize: Theme.small
            font.features: {
                "tnum": 1
            }
            Accessible.ignored: true
        }
    }

    ToolTip {
        visible: hover.hovered
        text: stage.hint
    }
}
