pragma ComponentBehavior: Bound

import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// What the word at the cursor may become. The focus stays in the text.
Item {
    id: box

    required property Composer composer
    readonly property bool shown: list.count > 0
    readonly property alias current: list.currentIndex

    function move(by: int) {
        list.currentIndex = (list.currentIndex + by + list.count) % list.count;
    }

    visible: shown
    implicitHeight: list.height + 10

    Shadow {}

    Rectangle {
        anchors.fill: parent
        radius: Theme.radiusLg
        color: Theme.color.raised
        border.color: Theme.color.border
    }

    RowList {
        id: list

        x: 5
        y: 5
        width: parent.width - 10
        height: Math.min(contentHeight, 8 * Theme.row)
        clip: true
        model: box.composer.completions
        boundsBehavior: Flickable.StopAtBounds
        highlightMoveDuration: 0
        onCountChanged: currentIndex = 0
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Completions")

        delegate: CompletionRow {
            width: ListView.view.width
            onClicked: box.composer.complete(index)
        }
    }
}
