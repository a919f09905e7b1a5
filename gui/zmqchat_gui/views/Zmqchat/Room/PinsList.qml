pragma ComponentBehavior: Bound

import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

RowList {
    id: list

    required property Room room

    model: room.pins
    clip: true
    topMargin: Theme.sm
    boundsBehavior: Flickable.StopAtBounds
    ScrollBar.vertical: ScrollBar {}
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Pinned messages")

    delegate: FoundRow {
        required property int seq
        required property string senderTitle
        required property string timeText
        required property string plain

        width: ListView.view.width
        sender: senderTitle
        time: timeText
        place: ""
        body: plain
        onClicked: list.room.timeline.jumpTo(seq)
    }

    EmptyState {
        anchors.centerIn: parent
        width: parent.width - 2 * Theme.xl
        visible: list.count === 0
        glyph: "pin"
        title: qsTr("Nothing is pinned")
    }
}
