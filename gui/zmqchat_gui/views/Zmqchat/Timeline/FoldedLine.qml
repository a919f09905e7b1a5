import QtQuick
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme

// Messages of somebody who is ignored: a press shows them.
T.AbstractButton {
    id: line

    required property string sentence

    implicitHeight: words.implicitHeight + 10
    focusPolicy: Qt.NoFocus
    hoverEnabled: true
    text: qsTr("Show")
    Accessible.name: qsTr("%1 Show").arg(sentence)

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }

    contentItem: Item {
        Icon {
            x: Theme.xl + 10
            anchors.verticalCenter: parent.verticalCenter
            glyph: "eye-off"
            size: 15
            color: Theme.color.textFaint
        }

        Label {
            id: words

            x: Theme.xl + 48
            width: Math.min(implicitWidth, parent.width - x - show.implicitWidth - Theme.xl)
            anchors.verticalCenter: parent.verticalCenter
            text: line.sentence
            font.pixelSize: Theme.label
            color: Theme.color.textFaint
            Accessible.ignored: true
        }

        Label {
            id: show

            anchors.left: words.right
            anchors.leftMargin: Theme.sm
            anchors.baseline: words.baseline
            text: line.text
            font.pixelSize: Theme.label
            font.weight: Font.DemiBold
            font.underline: line.hovered
            color: Theme.color.accent
            Accessible.ignored: true
        }
    }
}
