pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme

T.ItemDelegate {
    id: row

    required property int index
    required property string kind
    required property string name
    required property string title
    required property string detail
    required property string symbol
    required property int tint
    required property string avatar
    required property int unread
    required property int mentions
    readonly property bool human: kind === "direct" || kind === "person"

    implicitHeight: Math.round(40 * Theme.scale)
    leftPadding: Theme.md
    rightPadding: Theme.md
    focusPolicy: Qt.NoFocus
    hoverEnabled: true
    highlighted: ListView.isCurrentItem
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1 %2").arg(title).arg(detail)
    Accessible.selected: highlighted

    contentItem: RowLayout {
        spacing: Theme.md

        Loader {
            Layout.preferredWidth: 24
            sourceComponent: row.human ? face : sign
        }

        Label {
            // whole pixels: a layout gives no others, and a fraction less takes letters away
            Layout.fillWidth: true
            Layout.preferredWidth: Math.ceil(implicitWidth)
            Layout.maximumWidth: Math.ceil(implicitWidth)
            text: row.title
            font.pixelSize: Theme.body - 1
            font.weight: Font.Medium
            Accessible.ignored: true
        }

        Label {
            // what the name leaves
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            text: row.detail
            font.pixelSize: Theme.small
            color: Theme.color.textFaint
            Accessible.ignored: true
        }

        Badge {
            count: row.mentions > 0 ? row.mentions : row.unread
            loud: row.mentions > 0
        }
    }

    background: Rectangle {
        radius: Theme.radius
        color: row.highlighted ? Theme.color.selected : row.hovered ? Theme.color.hover : "transparent"
    }

    Component {
        id: face

        Avatar {
            size: 24
            initials: row.symbol
            tint: row.tint
            picture: row.avatar
        }
    }

    Component {
        id: sign

        Item {
            implicitHeight: 20

            Icon {
                anchors.centerIn: parent
                glyph: row.kind === "findable" ? "compass" : "hash"
            }
        }
    }
}
