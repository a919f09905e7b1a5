import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// The server's name; a press opens its menu.
T.AbstractButton {
    id: head

    required property Session session
    readonly property int elsewhere: App.mentionsElsewhere
    signal createAsked
    signal browseAsked

    implicitHeight: Theme.header
    leftPadding: Theme.lg + 2
    rightPadding: Theme.md
    hoverEnabled: true
    focusPolicy: Qt.TabFocus
    text: elsewhere > 0 ? qsTr("%1, server menu, %2 mentions at other servers").arg(session.title).arg(elsewhere) : qsTr("%1, server menu").arg(session.title)
    Accessible.role: Accessible.ButtonMenu
    Accessible.name: text
    onClicked: menu.popup(head, Theme.md, head.height - 6)

    contentItem: RowLayout {
        spacing: Theme.sm + 1

        Image {
            source: Qt.resolvedUrl("../../icons/app/zmqchat.svg")
            sourceSize: Qt.size(30, 30)
            Accessible.ignored: true

            Badge {
                anchors.right: parent.right
                anchors.top: parent.top
                anchors.margins: -7
                count: head.elsewhere
                border.width: 2
                border.color: Theme.color.sidebar
            }
        }

        Label {
            Layout.maximumWidth: head.width - 145
            text: head.session.title
            font.pixelSize: Theme.title
            font.weight: Font.DemiBold
            Accessible.ignored: true
        }

        Icon {
            Layout.fillWidth: false
            glyph: "chevron-down"
            size: 15
            color: head.hovered ? Theme.color.text : Theme.color.textFaint
        }

        Item {
            Layout.fillWidth: true
        }

        IconButton {
            glyph: Theme.dark ? "sun" : "moon"
            text: Theme.dark ? qsTr("Light theme") : qsTr("Dark theme")
            onClicked: App.settings.theme = Theme.dark ? "light" : "dark"
        }
    }

    background: Item {
        FocusRing {
            anchors.margins: 6
            shown: head.visualFocus
        }
    }

    ServerMenu {
        id: menu

        onCreateAsked: head.createAsked()
        onBrowseAsked: head.browseAsked()
    }
}
