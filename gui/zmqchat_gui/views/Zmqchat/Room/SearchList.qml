pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

ColumnLayout {
    id: pane

    required property Session session
    readonly property SearchModel found: session.search
    readonly property Item area: query

    spacing: Theme.sm

    TextField {
        id: query

        Layout.fillWidth: true
        Layout.margins: Theme.md
        Layout.bottomMargin: 0
        focus: true
        glyph: "search"
        placeholderText: qsTr("Search messages")
        text: pane.found.query
        onTextEdited: pane.found.query = text
        Keys.onDownPressed: list.enter()
        // what was looked for before stays in sight, and goes with the first letter of something else
        Component.onCompleted: {
            forceActiveFocus();
            selectAll();
        }
    }

    Segmented {
        Layout.leftMargin: Theme.md
        label: qsTr("Where")
        value: pane.found.everywhere
        choices: [
            {
                value: false,
                label: qsTr("This room")
            },
            {
                value: true,
                label: qsTr("Everywhere")
            }
        ]
        onChosen: value => pane.found.everywhere = value
    }

    RowList {
        id: list

        function enter() {
            if (count === 0)
                return;
            currentIndex = Math.max(0, currentIndex);
            forceActiveFocus(Qt.TabFocusReason);
        }

        Layout.fillWidth: true
        Layout.fillHeight: true
        clip: true
        model: pane.found
        currentIndex: -1
        highlightMoveDuration: 0
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.vertical: ScrollBar {}
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Found messages")
        Keys.onUpPressed: currentIndex > 0 ? decrementCurrentIndex() : query.forceActiveFocus(Qt.BacktabFocusReason)

        delegate: FoundRow {
            required property int index
            required property string senderTitle
            required property string timeText
            required property string roomTitle
            required property string html
            required property string plain

            width: ListView.view.width
            sender: senderTitle
            time: timeText
            place: pane.found.everywhere ? roomTitle : ""
            body: html
            spoken: plain
            onClicked: pane.found.open(index)
        }

        Spinner {
            anchors.centerIn: parent
            visible: pane.found.busy && list.count === 0
            size: 24
        }

        EmptyState {
            anchors.centerIn: parent
            width: parent.width - 2 * Theme.xl
            visible: list.count === 0 && !pane.found.busy
            glyph: "search"
            title: pane.found.message || qsTr("Search what was said")
            hint: pane.found.message ? "" : qsTr("A press on a result goes to the message.")
        }
    }
}
