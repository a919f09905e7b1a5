import QtQuick
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme

// Under a tall message, of which only the beginning is shown: a press shows the rest.
T.AbstractButton {
    id: line

    required property bool whole

    implicitWidth: words.implicitWidth
    implicitHeight: words.implicitHeight + 10
    hoverEnabled: true
    focusPolicy: Qt.NoFocus
    text: whole ? qsTr("Show less") : qsTr("Show all")
    Accessible.name: text

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }

    contentItem: Label {
        id: words

        verticalAlignment: Text.AlignVCenter
        text: line.text
        font.pixelSize: Theme.label
        font.weight: Font.DemiBold
        font.underline: line.hovered
        color: Theme.color.accent
        Accessible.ignored: true
    }
}
