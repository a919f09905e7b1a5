import QtQuick
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme

T.ItemDelegate {
    id: row

    required property int index
    required property string kind
    required property string title
    required property string detail
    required property string symbol
    required property int tint
    required property string avatar

    implicitHeight: Theme.row
    hoverEnabled: true
    focusPolicy: Qt.NoFocus
    highlighted: ListView.isCurrentItem
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1 %2").arg(title).arg(detail)

    contentItem: Item {
        Avatar {
            visible: row.kind === "person"
            x: Theme.sm
            anchors.verticalCenter: parent.verticalCenter
            size: 22
            initials: row.symbol
            tint: row.tint
            picture: row.avatar
        }

        Label {
            visible: row.kind !== "person"
            x: Theme.sm
            width: 22
            height: parent.height
            horizontalAlignment: Text.AlignHCenter
            text: row.symbol
            font.pixelSize: Theme.body
            color: Theme.color.textMuted
            Accessible.ignored: true
        }

        Label {
            id: name

            x: 40
            height: parent.height
            text: row.title
            font.pixelSize: Theme.label
            font.weight: Font.Medium
            Accessible.ignored: true
        }

        Label {
            x: name.x + name.implicitWidth + Theme.sm
            width: Math.max(0, parent.width - x - Theme.sm)
            height: parent.height
            text: row.detail
            font.pixelSize: Theme.small
            color: Theme.color.textFaint
            Accessible.ignored: true
        }
    }

    background: Rectangle {
        radius: 6
        color: row.highlighted ? Theme.color.selected : row.hovered ? Theme.color.hover : "transparent"
    }
}
