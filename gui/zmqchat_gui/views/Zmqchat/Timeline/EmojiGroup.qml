pragma ComponentBehavior: Bound

import QtQuick
import Zmqchat.Controls

// Emoji under a title.
Column {
    id: group

    required property string title
    required property var symbols
    signal chosen(string symbol)

    spacing: 4

    SectionLabel {
        text: group.title
    }

    Grid {
        columns: 9

        Repeater {
            model: group.symbols

            EmojiCell {
                required property string modelData

                symbol: modelData
                name: ""
                onClicked: group.chosen(symbol)
            }
        }
    }
}
