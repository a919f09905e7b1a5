import QtQuick
import QtQuick.Templates as T
import Zmqchat.Theme

T.Button {
    id: button

    // "primary", "secondary", "danger" or "quiet"
    property string kind: "secondary"
    property string glyph
    readonly property bool filled: kind === "primary" || kind === "danger"
    readonly property color ink: filled ? Theme.color.onAccent : kind === "quiet" ? Theme.color.accent : Theme.color.text

    implicitWidth: implicitContentWidth + leftPadding + rightPadding
    implicitHeight: Theme.control
    leftPadding: kind === "quiet" ? 8 : 14
    rightPadding: leftPadding
    hoverEnabled: true
    focusPolicy: Qt.StrongFocus
    opacity: enabled ? 1 : 0.5
    Accessible.name: text
    Keys.onReturnPressed: if (enabled)
        clicked()
    Keys.onEnterPressed: if (enabled)
        clicked()

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }

    contentItem: Item {
        implicitWidth: row.implicitWidth
        implicitHeight: row.implicitHeight

        Row {
            id: row

            anchors.centerIn: parent
            spacing: 8

            Icon {
                anchors.verticalCenter: parent.verticalCenter
                visible: button.glyph !== ""
                glyph: button.glyph
                size: 16
                color: button.ink
            }

            Label {
                anchors.verticalCenter: parent.verticalCenter
                text: button.text
                font.pixelSize: Theme.label
                font.weight: Font.DemiBold
                color: button.ink
                Accessible.ignored: true
            }
        }
    }

    background: Rectangle {
        readonly property color fill: button.kind === "danger" ? Theme.color.dangerFill : Theme.color.accentFill

        radius: Theme.radius
        color: button.filled ? (button.down ? Qt.darker(fill, 1.18) : button.hovered ? Qt.darker(fill, 1.08) : fill) : button.down ? Theme.color.pressed : button.hovered ? Theme.color.hover : button.kind === "quiet" ? "transparent" : Theme.color.raised
        border.width: button.kind === "secondary" ? 1 : 0
        border.color: Theme.color.borderStrong

        FocusRing {
            shown: button.visualFocus
        }
    }
}
