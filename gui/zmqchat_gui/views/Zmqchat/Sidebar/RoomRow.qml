pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme

Item {
    id: row

    required property int index
    required property string key
    required property string title
    required property string kind
    required property string sectionText
    required property bool current
    required property int unread
    required property int mentions
    required property bool muted
    required property bool draft
    required property int waiting
    required property bool failed
    required property string initials
    required property int tint
    required property string avatar
    required property string presence
    required property bool archived
    readonly property bool direct: kind === "direct"
    readonly property bool fresh: unread > 0 || mentions > 0
    signal chosen

    implicitHeight: body.y + body.height

    SectionLabel {
        id: section

        x: Theme.lg + 2
        y: row.index > 0 ? Theme.md : 2
        visible: row.sectionText
        height: visible ? 26 : 0
        text: row.sectionText
    }

    T.ItemDelegate {
        id: body

        x: Theme.sm
        y: row.sectionText ? section.y + section.height + 2 : 0
        width: row.width - 2 * Theme.sm
        height: row.direct ? Theme.row + 4 : Theme.row
        hoverEnabled: true
        highlighted: row.ListView.isCurrentItem && (row.ListView.view?.activeFocus ?? false)
        focusPolicy: Qt.NoFocus
        Accessible.role: Accessible.ListItem
        Accessible.name: row.fresh ? qsTr("%1, %2 unread").arg(row.title).arg(Math.max(row.unread, row.mentions)) : row.title
        Accessible.selected: row.current
        onClicked: row.chosen()

        Loader {
            x: Theme.md + 2 - (row.direct ? 4 : 0)
            anchors.verticalCenter: parent.verticalCenter
            sourceComponent: row.direct ? face : sign
        }

        Label {
            x: 44
            width: parent.width - x - marks.width - 18
            height: parent.height
            text: row.title
            font.pixelSize: Theme.body - 1
            font.weight: row.fresh || row.current ? Font.DemiBold : Font.Medium
            color: row.fresh || row.current ? Theme.color.text : Theme.color.textMuted
            opacity: row.muted || row.archived ? 0.6 : 1
            Accessible.ignored: true
        }

        RoomMarks {
            id: marks

            anchors.right: parent.right
            anchors.rightMargin: 10
            anchors.verticalCenter: parent.verticalCenter
            failed: row.failed
            waiting: row.waiting > 0
            draft: row.draft && !row.current
            muted: row.muted
            unread: row.unread
            mentions: row.mentions
        }

        background: Rectangle {
            radius: Theme.radius - 1
            color: row.current ? Theme.color.selected : body.hovered ? Theme.color.hover : "transparent"

            FocusRing {
                anchors.margins: 0
                shown: body.highlighted
            }
        }
    }

    Component {
        id: sign

        Icon {
            glyph: row.kind === "private" ? "lock" : "hash"
            size: 17
            color: row.fresh || row.current ? Theme.color.text : Theme.color.textFaint
        }
    }

    Component {
        id: face

        Avatar {
            size: 24
            initials: row.initials
            tint: row.tint
            picture: row.avatar
            presence: row.presence
            ground: row.current ? Theme.color.selected : Theme.color.sidebar
        }
    }
}
