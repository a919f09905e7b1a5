import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme

// One server that can be chosen.
T.AbstractButton {
    id: offer

    required property string label
    required property string kind
    required property string title
    required property string subtitle
    required property bool chosen
    required property bool current
    signal forgetAsked

    implicitHeight: Math.round(52 * Theme.scale)
    leftPadding: Theme.md
    rightPadding: Theme.sm
    hoverEnabled: true
    focusPolicy: Qt.StrongFocus
    text: qsTr("%1, %2").arg(title).arg(subtitle)
    checked: chosen
    Accessible.role: Accessible.RadioButton
    Accessible.name: text
    Accessible.checked: chosen

    contentItem: RowLayout {
        spacing: Theme.md

        Icon {
            glyph: offer.kind === "local" ? "device" : "server"
            size: 20
            color: offer.chosen ? Theme.color.accent : Theme.color.textMuted
        }

        ColumnLayout {
            Layout.fillWidth: true
            spacing: 1

            Label {
                Layout.fillWidth: true
                text: offer.title
                font.pixelSize: Theme.label
                font.weight: Font.DemiBold
                Accessible.ignored: true
            }

            Label {
                Layout.fillWidth: true
                text: offer.current ? qsTr("%1 · connected").arg(offer.subtitle) : offer.subtitle
                font.pixelSize: Theme.small
                color: Theme.color.textMuted
                Accessible.ignored: true
            }
        }

        IconButton {
            visible: offer.kind === "profile" && !offer.current && (offer.hovered || hovered || visualFocus)
            glyph: "trash"
            text: qsTr("Forget this server")
            onClicked: offer.forgetAsked()
        }

        Icon {
            visible: offer.chosen
            glyph: "check"
            color: Theme.color.accent
        }
    }

    background: Rectangle {
        radius: Theme.radius
        color: offer.chosen ? Theme.color.accentSoft : offer.hovered ? Theme.color.hover : "transparent"
        border.width: 1
        border.color: offer.chosen ? Theme.color.accent : Theme.color.border

        FocusRing {
            shown: offer.visualFocus
        }
    }
}
