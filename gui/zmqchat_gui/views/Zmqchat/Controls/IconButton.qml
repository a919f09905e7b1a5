pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.impl
import QtQuick.Templates as T
import Zmqchat.Theme

// `text` is its name to a screen reader, and its tip.
T.AbstractButton {
    id: button

    property string glyph
    property int glyphSize: 18
    readonly property int drawn: Math.round(glyphSize * Theme.scale)
    property color glyphColor: Theme.color.textMuted
    property string shortcut
    // pressed: whatever opened now is not to be covered by the tip
    property bool used: false

    implicitWidth: Theme.control
    implicitHeight: Theme.control
    hoverEnabled: true
    focusPolicy: Qt.TabFocus
    opacity: enabled ? 1 : 0.45
    Accessible.name: text
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()
    onPressed: used = true
    onHoveredChanged: if (!hovered)
        used = false

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }

    contentItem: Item {
        IconImage {
            anchors.centerIn: parent
            source: button.glyph ? Theme.icon(button.glyph) : ""
            sourceSize: Qt.size(button.drawn, button.drawn)
            color: button.checked ? Theme.color.accent : button.hovered ? Theme.color.text : button.glyphColor
        }
    }

    background: Rectangle {
        radius: Theme.radius
        color: button.down ? Theme.color.pressed : button.hovered ? Theme.color.hover : "transparent"

        FocusRing {
            shown: button.visualFocus
        }
    }

    Loader {
        active: (button.hovered || button.visualFocus) && !button.used

        sourceComponent: ToolTip {
            parent: button
            visible: true
            text: button.shortcut ? qsTr("%1  %2").arg(button.text).arg(button.shortcut) : button.text
        }
    }
}
