import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme

Rectangle {
    id: row

    required property string key
    required property string title
    required property string kind
    required property string description
    required property string membersText
    required property bool joined
    signal entered

    implicitHeight: Math.round(58 * Theme.scale)
    radius: Theme.radius
    color: hover.hovered ? Theme.color.hover : "transparent"
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1, %2. %3").arg(title).arg(membersText).arg(description)

    HoverHandler {
        id: hover
    }

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.md
        anchors.rightMargin: Theme.md
        spacing: Theme.md

        Icon {
            glyph: row.kind === "private" ? "lock" : "hash"
            size: 20
        }

        ColumnLayout {
            Layout.fillWidth: true
            spacing: 2

            Label {
                Layout.fillWidth: true
                text: row.title
                font.pixelSize: Theme.body - 1
                font.weight: Font.DemiBold
                Accessible.ignored: true
            }

            Label {
                Layout.fillWidth: true
                text: row.description ? qsTr("%1 · %2").arg(row.membersText).arg(row.description) : row.membersText
                font.pixelSize: Theme.small
                color: Theme.color.textMuted
                Accessible.ignored: true
            }
        }

        Button {
            kind: row.joined ? "secondary" : "primary"
            text: row.joined ? qsTr("Open") : qsTr("Join")
            Accessible.name: row.joined ? qsTr("Open %1").arg(row.title) : qsTr("Join %1").arg(row.title)
            onClicked: row.entered()
        }
    }
}
