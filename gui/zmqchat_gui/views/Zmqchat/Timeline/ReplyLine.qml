import QtQuick
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme

// The message that is answered, on one line; a press goes there.
T.AbstractButton {
    id: line

    required property string sender
    required property string quoted

    implicitHeight: words.implicitHeight + 6
    hoverEnabled: true
    focusPolicy: Qt.NoFocus
    text: qsTr("Answers %1: %2").arg(sender).arg(quoted)
    Accessible.name: text

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }

    contentItem: Item {
        Rectangle {
            width: 3
            height: parent.height - 2
            radius: 1.5
            color: Theme.color.accent
        }

        Label {
            id: name

            x: 12
            width: Math.min(implicitWidth, parent.width / 2)
            height: parent.height
            text: line.sender
            font.pixelSize: Theme.label
            font.weight: Font.DemiBold
            color: line.hovered ? Theme.color.text : Theme.color.textMuted
            Accessible.ignored: true
        }

        Label {
            id: words

            x: name.x + name.width + 8
            width: Math.max(0, Math.min(implicitWidth, parent.width - x))
            height: parent.height
            text: line.quoted || qsTr("an earlier message")
            font.pixelSize: Theme.label
            color: line.hovered ? Theme.color.text : Theme.color.textMuted
            maximumLineCount: 1
            Accessible.ignored: true
        }
    }
}
