import QtQuick
import QtQuick.Templates as T
import Zmqchat.Theme

T.MenuItem {
    id: item

    property string glyph
    property string keys
    property bool dangerous: false
    readonly property color ink: dangerous ? Theme.color.danger : Theme.color.text

    implicitWidth: words.implicitWidth + hint.implicitWidth + words.x + 40
    implicitHeight: visible ? Theme.row : 0
    Accessible.name: text

    contentItem: Item {
        Icon {
            anchors.verticalCenter: parent.verticalCenter
            x: 10
            glyph: item.checkable && item.checked ? "check" : item.glyph
            size: 16
            color: item.dangerous ? Theme.color.danger : Theme.color.textMuted
        }

        Label {
            id: words

            x: 10 + Math.round(26 * Theme.scale)
            height: parent.height
            text: item.text
            font.pixelSize: Theme.label
            font.weight: Font.Medium
            color: item.ink
            opacity: item.enabled ? 1 : 0.5
            Accessible.ignored: true
        }

        Label {
            id: hint

            anchors.right: parent.right
            anchors.rightMargin: 10
            height: parent.height
            text: item.keys
            font.pixelSize: Theme.small
            color: Theme.color.textFaint
            Accessible.ignored: true
        }
    }

    background: Rectangle {
        radius: 5
        color: item.highlighted ? (item.dangerous ? Theme.color.dangerSoft : Theme.color.pressed) : "transparent"
    }
}
