pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// One picker for reactions and the composer: it is handed what to do with the choice.
Popover {
    id: picker

    property var chosen: null
    // where it was asked for: it stands above that, or below where there is no room
    property rect place
    readonly property real above: place.y - height - 8
    readonly property real below: Math.min(place.y + place.height + 8, (parent?.height ?? 0) - height - 8)

    function pick(from: Item, then: var) {
        chosen = then;
        place = from.mapToItem(parent, 0, 0, from.width, from.height);
        open();
    }

    function take(emoji: string) {
        App.emoji.used(emoji);
        close();
        chosen(emoji);
    }

    title: qsTr("Emoji")
    parent: T.Overlay.overlay
    x: Math.max(8, Math.min(place.x + place.width - width, (parent?.width ?? 0) - width - 8))
    y: above > 8 ? above : below
    width: 338
    height: Math.min(372, query.implicitHeight + scroll.contentHeight + Theme.sm + 2 * padding)
    padding: Theme.md
    onAboutToShow: {
        App.emoji.query = "";
        query.clear();
    }
    onOpened: query.forceActiveFocus()

    contentItem: ColumnLayout {
        spacing: Theme.sm

        TextField {
            id: query

            Layout.fillWidth: true
            Layout.rightMargin: 8
            implicitHeight: 36
            glyph: "search"
            placeholderText: qsTr("Search emoji")
            onTextEdited: App.emoji.query = text
            onAccepted: if (found.count > 0)
                picker.take((found.itemAt(0) as EmojiCell).symbol)
        }

        Flickable {
            id: scroll

            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            contentHeight: !query.length ? column.height : found.count > 0 ? matches.height : nothing.height
            boundsBehavior: Flickable.StopAtBounds
            ScrollBar.vertical: ScrollBar {}

            Grid {
                id: matches

                visible: query.length
                columns: 9

                Repeater {
                    id: found

                    model: App.emoji

                    EmojiCell {
                        required property string emoji

                        symbol: emoji
                        onClicked: picker.take(symbol)
                    }
                }
            }

            Label {
                id: nothing

                visible: query.length && found.count === 0
                text: qsTr("No emoji is called so.")
                font.pixelSize: Theme.label
                color: Theme.color.textMuted
            }

            Column {
                id: column

                visible: !query.length
                width: scroll.width - 10
                spacing: Theme.sm

                EmojiGroup {
                    visible: App.emoji.recent.length > 0
                    title: qsTr("Used last")
                    symbols: App.emoji.recent
                    onChosen: symbol => picker.take(symbol)
                }

                Repeater {
                    model: Emoji.groups

                    EmojiGroup {
                        required property var modelData

                        title: modelData.title
                        symbols: modelData.emoji
                        onChosen: symbol => picker.take(symbol)
                    }
                }
            }
        }
    }
}
