import QtQuick
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme

Item {
    id: row

    required property int index
    required property string name
    required property string title
    required property string initials
    required property int tint
    required property string avatar
    required property string roleText
    required property string presence
    required property string presenceText
    required property string statusText
    required property bool isMe
    required property bool ignored
    required property string sectionText
    required property bool canKick
    required property bool canBan
    required property var roles
    // without its section: in a list of its own
    property bool plain: false
    // what Return takes, while one types elsewhere
    property bool picked: false
    readonly property bool headed: sectionText !== "" && !plain
    signal chosen

    implicitHeight: body.y + body.height

    SectionLabel {
        id: section

        x: Theme.lg
        y: row.index > 0 ? Theme.md : 4
        visible: row.headed
        height: visible ? 26 : 0
        text: row.sectionText
    }

    T.ItemDelegate {
        id: body

        x: Theme.sm
        y: row.headed ? section.y + section.height + 2 : 0
        width: row.width - 2 * Theme.sm
        height: Math.round(42 * Theme.scale)
        hoverEnabled: true
        focusPolicy: Qt.NoFocus
        highlighted: row.ListView.isCurrentItem && (row.ListView.view?.activeFocus ?? false)
        Accessible.role: Accessible.ListItem
        Accessible.selected: row.picked
        Accessible.name: [row.title, row.roleText, row.presenceText, row.ignored ? qsTr("Ignored") : "", row.statusText].filter(part => part).join(", ")
        onClicked: row.chosen()

        Avatar {
            x: Theme.sm
            anchors.verticalCenter: parent.verticalCenter
            size: 30
            initials: row.initials
            tint: row.tint
            picture: row.avatar
            presence: row.presence
            ground: body.hovered ? Theme.color.hover : Theme.color.sidebar
            opacity: row.presence === "offline" || row.ignored ? 0.55 : 1
        }

        Column {
            x: 50
            width: parent.width - x - role.width - 16
            anchors.verticalCenter: parent.verticalCenter

            Label {
                width: parent.width
                text: row.isMe ? qsTr("%1 (you)").arg(row.title) : row.title
                font.pixelSize: Theme.label + 1
                font.weight: Font.Medium
                color: row.presence === "offline" ? Theme.color.textFaint : Theme.color.text
                Accessible.ignored: true
            }

            Label {
                width: parent.width
                visible: text
                text: row.statusText
                font.pixelSize: Theme.tiny
                color: Theme.color.textFaint
                Accessible.ignored: true
            }
        }

        Label {
            id: role

            anchors.right: parent.right
            anchors.rightMargin: Theme.sm
            anchors.verticalCenter: parent.verticalCenter
            text: row.ignored ? qsTr("Ignored") : row.roleText
            font.pixelSize: Theme.tiny
            font.weight: Font.DemiBold
            color: row.ignored ? Theme.color.textFaint : Theme.color.accent
            Accessible.ignored: true
        }

        background: Rectangle {
            radius: Theme.radius
            color: row.picked ? Theme.color.selected : body.hovered ? Theme.color.hover : "transparent"

            FocusRing {
                anchors.margins: 0
                shown: body.highlighted
            }
        }
    }
}
