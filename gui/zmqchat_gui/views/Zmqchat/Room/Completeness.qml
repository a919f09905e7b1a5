import QtQuick
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// "Complete to #1,204": that nothing is missing and nothing was altered, and what that rests on.
T.AbstractButton {
    id: sign

    required property Room room

    visible: room.completeText
    implicitWidth: row.implicitWidth + 12
    implicitHeight: 24
    hoverEnabled: true
    focusPolicy: Qt.TabFocus
    text: room.completeText
    Accessible.name: text
    Accessible.description: room.completeExplanation
    onClicked: explanation.open()

    contentItem: Row {
        id: row

        spacing: 5

        Icon {
            anchors.verticalCenter: parent.verticalCenter
            glyph: "shield"
            size: 14
            color: Theme.color.success
        }

        Label {
            anchors.verticalCenter: parent.verticalCenter
            text: sign.text
            font.pixelSize: Theme.small
            color: sign.hovered ? Theme.color.text : Theme.color.textFaint
            Accessible.ignored: true
        }
    }

    background: FocusRing {
        anchors.margins: 0
        shown: sign.visualFocus
    }

    Popover {
        id: explanation

        title: sign.text
        y: -implicitHeight - 8
        width: 320

        contentItem: Label {
            text: sign.room.completeExplanation
            wrapMode: Text.Wrap
            lineHeight: 1.3
            font.pixelSize: Theme.label
        }
    }
}
