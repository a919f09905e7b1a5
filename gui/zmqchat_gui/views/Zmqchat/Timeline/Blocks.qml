pragma ComponentBehavior: Bound

import QtQuick
import Zmqchat.Theme

// The text of a message, block by block.
Column {
    id: column

    required property var blocks
    required property bool edited

    spacing: 4

    Repeater {
        model: column.blocks

        Loader {
            id: slot

            required property var modelData
            required property int index
            readonly property string mark: column.edited && index === column.blocks.length - 1 ? " <span class='edited'>" + qsTr("(edited)") + "</span>" : ""
            readonly property string kind: modelData.type

            width: column.width
            sourceComponent: kind === "code" ? code : kind === "quote" ? quote : prose

            Component {
                id: prose

                Prose {
                    html: slot.modelData.html + slot.mark
                }
            }

            Component {
                id: code

                CodeBlock {
                    html: slot.modelData.html
                    plain: slot.modelData.plain
                    language: slot.modelData.language
                }
            }

            Component {
                id: quote

                Item {
                    implicitHeight: words.implicitHeight

                    Rectangle {
                        width: 3
                        height: parent.height
                        radius: 1.5
                        color: Theme.color.borderStrong
                    }

                    Prose {
                        id: words

                        x: 12
                        width: parent.width - x
                        html: slot.modelData.html + slot.mark
                        color: Theme.color.textMuted
                    }
                }
            }
        }
    }
}
