import QtQuick
import Zmqchat.Controls
import Zmqchat.Theme

// What is to be known of a room at a glance: failed, waiting, draft, muted, unread.
Row {
    id: marks

    required property bool failed
    required property bool waiting
    required property bool draft
    required property bool muted
    required property int unread
    required property int mentions

    spacing: 6

    Icon {
        anchors.verticalCenter: parent.verticalCenter
        visible: marks.failed
        glyph: "alert"
        size: 15
        color: Theme.color.danger
    }

    Icon {
        anchors.verticalCenter: parent.verticalCenter
        visible: marks.waiting && !marks.failed
        glyph: "clock"
        size: 14
        color: Theme.color.textFaint
    }

    Icon {
        anchors.verticalCenter: parent.verticalCenter
        visible: marks.draft
        glyph: "edit"
        size: 14
        color: Theme.color.textFaint
    }

    Icon {
        anchors.verticalCenter: parent.verticalCenter
        visible: marks.muted
        glyph: "bell-off"
        size: 14
        color: Theme.color.textFaint
    }

    Badge {
        anchors.verticalCenter: parent.verticalCenter
        count: marks.mentions > 0 ? marks.mentions : marks.unread
        loud: marks.mentions > 0
    }
}
