import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme

// On its way, waiting for the server, or refused: what is said of it, and what can be done.
RowLayout {
    id: line

    required property bool waiting
    required property bool failed
    required property string failure
    signal retryAsked
    signal discardAsked

    spacing: 7

    Icon {
        glyph: line.failed ? "alert" : "clock"
        size: 14
        color: line.failed ? Theme.color.danger : Theme.color.textFaint
    }

    Label {
        Layout.maximumWidth: line.width - (line.failed ? 160 : 30)
        text: line.failed ? (line.failure || qsTr("Not delivered.")) : line.waiting ? qsTr("Waiting for the server") : qsTr("Sending…")
        font.pixelSize: Theme.small
        color: line.failed ? Theme.color.danger : Theme.color.textFaint
        Accessible.ignored: true
    }

    Button {
        visible: line.failed
        implicitHeight: 26
        kind: "quiet"
        text: qsTr("Retry")
        onClicked: line.retryAsked()
    }

    Button {
        visible: line.failed
        implicitHeight: 26
        kind: "quiet"
        text: qsTr("Delete")
        onClicked: line.discardAsked()
    }

    Item {
        Layout.fillWidth: true
    }
}
