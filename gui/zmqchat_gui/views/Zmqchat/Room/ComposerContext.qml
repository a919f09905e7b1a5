import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// What is answered or edited, above the text.
RowLayout {
    id: context

    required property Composer composer
    readonly property bool editing: composer.editSeq > 0

    visible: editing || composer.replySeq > 0
    spacing: Theme.sm

    Icon {
        Layout.leftMargin: Theme.md
        glyph: context.editing ? "edit" : "reply"
        size: 15
        color: Theme.color.accent
    }

    Label {
        text: context.editing ? qsTr("Editing a message") : context.composer.replySender ? qsTr("Replying to %1").arg(context.composer.replySender) : qsTr("Replying to an earlier message")
        font.pixelSize: Theme.small
        font.weight: Font.DemiBold
        color: Theme.color.accent
    }

    Label {
        Layout.fillWidth: true
        text: context.editing ? "" : context.composer.replyText
        font.pixelSize: Theme.small
        color: Theme.color.textMuted
        maximumLineCount: 1
    }

    IconButton {
        Layout.rightMargin: 4
        implicitWidth: 28
        implicitHeight: 28
        glyph: "close"
        glyphSize: 15
        text: qsTr("Cancel")
        shortcut: qsTr("Esc")
        onClicked: context.composer.cancel()
    }
}
