pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme

T.AbstractButton {
    id: cell

    required property string symbol
    required property string name

    width: 33
    height: 33
    hoverEnabled: true
    focusPolicy: Qt.StrongFocus
    text: symbol
    Accessible.name: name || symbol
    Keys.onReturnPressed: clicked()

    contentItem: Label {
        horizontalAlignment: Text.AlignHCenter
        text: cell.text
        font.pixelSize: 20
        Accessible.ignored: true
    }

    background: Rectangle {
        radius: 6
        color: cell.hovered || cell.visualFocus ? Theme.color.pressed : "transparent"
    }

    Loader {
        active: cell.hovered && cell.name

        sourceComponent: ToolTip {
            parent: cell
            visible: true
            text: cell.name
        }
    }
}
