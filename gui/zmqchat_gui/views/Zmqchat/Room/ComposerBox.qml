import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.Timeline
import Zmqchat.ViewModels

Item {
    id: box

    required property Composer composer
    required property EmojiPicker picker
    readonly property alias area: field.area
    property int tallest: 240

    function write(text: string) {
        area.insert(area.cursorPosition, text);
        area.forceActiveFocus();
    }

    function paste() {
        area.forceActiveFocus();
        area.paste();
    }

    implicitHeight: frame.height
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("Composer")

    CompletionList {
        id: completions

        anchors.bottom: frame.top
        anchors.bottomMargin: 6
        width: Math.min(380, parent.width)
        composer: box.composer
        z: 1
    }

    Rectangle {
        id: frame

        width: parent.width
        height: column.implicitHeight
        radius: Theme.radiusLg
        color: Theme.dark ? Theme.color.raised : Theme.color.field
        border.width: 1
        border.color: box.composer.tooLong ? Theme.color.danger : field.area.activeFocus ? Theme.color.accent : Theme.color.borderStrong

        ColumnLayout {
            id: column

            width: parent.width
            spacing: 0

            ComposerContext {
                Layout.fillWidth: true
                Layout.topMargin: 4
                composer: box.composer
            }

            RowLayout {
                Layout.leftMargin: Theme.md
                Layout.rightMargin: Theme.sm
                spacing: 2

                ComposerField {
                    id: field

                    Layout.fillWidth: true
                    composer: box.composer
                    completions: completions
                    tallest: box.tallest
                }

                IconButton {
                    id: smile

                    Layout.alignment: Qt.AlignBottom
                    Layout.bottomMargin: 7
                    glyph: "smile"
                    text: qsTr("Insert an emoji")
                    onClicked: box.picker.pick(smile, emoji => box.write(emoji))
                }

                IconButton {
                    Layout.alignment: Qt.AlignBottom
                    Layout.bottomMargin: 7
                    glyph: box.composer.editSeq > 0 ? "check" : "send"
                    glyphColor: enabled ? Theme.color.accent : Theme.color.textFaint
                    enabled: box.composer.canSend
                    text: box.composer.editSeq > 0 ? qsTr("Save the edit") : qsTr("Send")
                    shortcut: qsTr("Enter")
                    onClicked: box.composer.send()
                }
            }

            Label {
                Layout.alignment: Qt.AlignRight
                Layout.rightMargin: Theme.md
                Layout.bottomMargin: Theme.sm
                visible: text
                text: box.composer.sizeText
                font.pixelSize: Theme.small
                font.features: {
                    "tnum": 1
                }
                color: box.composer.tooLong ? Theme.color.danger : Theme.color.textMuted
            }
        }
    }
}
