pragma ComponentBehavior: Bound

import QtQuick
import Zmqchat.ViewModels

// A block of a message: text, a quotation, code or a table.
Loader {
    id: slot

    required property var modelData
    required property int index
    required property int row
    required property Selection selection
    required property string trail
    readonly property string kind: modelData.type
    readonly property string html: modelData.html
    readonly property point part: selection.revision > 0 && !selection.empty ? selection.part(row, index, html) : Qt.point(0, 0)
    readonly property Prose prose: (item as CodeBlock)?.prose ?? (item as QuoteBlock)?.prose ?? (item as TableBlock)?.prose ?? item as Prose

    sourceComponent: kind === "code" ? code : kind === "quote" ? quote : kind === "table" ? table : text

    Component {
        id: text

        Prose {
            html: slot.html
            trail: slot.trail
            part: slot.part
        }
    }

    Component {
        id: code

        CodeBlock {
            html: slot.html
            plain: slot.modelData.plain
            language: slot.modelData.language
            part: slot.part
        }
    }

    Component {
        id: quote

        QuoteBlock {
            html: slot.html
            trail: slot.trail
            part: slot.part
        }
    }

    Component {
        id: table

        TableBlock {
            html: slot.html
            part: slot.part
        }
    }
}
