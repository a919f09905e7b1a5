import QtQuick
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme

// A message somewhere else: found, or pinned.
T.ItemDelegate {
    id: row

    required property string sender
    required property string initials
    required property int tint
    required property string avatar
    required property string time
    required property string place
    required property string body
    // the words of `body`, where that is rich text
    property string spoken
    readonly property bool rich: spoken !== ""

    implicitHeight: clock.y + clock.height + Theme.md
    hoverEnabled: true
    focusPolicy: Qt.StrongFocus
    text: qsTr("%1, %2: %3").arg(sender).arg(time).arg(spoken || body)
    Accessible.role: Accessible.ListItem
    highlighted: ListView.isCurrentItem && (ListView.view?.activeFocus ?? false)
    Accessible.name: text
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()

    Avatar {
        x: Theme.md
        y: Theme.md
        size: 28
        initials: row.initials
        tint: row.tint
        picture: row.avatar
    }

    Label {
        id: head

        x: 50
        y: Theme.md - 2
        width: parent.width - x - Theme.md
        text: row.place ? qsTr("%1 · %2").arg(row.sender).arg(row.place) : row.sender
        font.pixelSize: Theme.label
        font.weight: Font.DemiBold
        Accessible.ignored: true
    }

    Label {
        id: words

        x: 50
        y: head.y + head.height + 2
        width: parent.width - x - Theme.md
        text: row.body
        textFormat: row.rich ? Text.StyledText : Text.PlainText
        wrapMode: Text.Wrap
        maximumLineCount: 4
        font.pixelSize: Theme.label
        lineHeight: 1.15
        Accessible.ignored: true
    }

    Label {
        id: clock

        x: 50
        y: words.y + words.height + 2
        width: parent.width - x - Theme.md
        text: row.time
        font.pixelSize: Theme.tiny
        color: Theme.color.textFaint
        Accessible.ignored: true
    }

    background: Rectangle {
        x: 4
        width: parent.width - 8
        radius: Theme.radius
        color: row.hovered ? Theme.color.hover : "transparent"

        FocusRing {
            anchors.margins: 0
            shown: row.visualFocus || row.highlighted
        }
    }
}
