pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// Ctrl+K: to any room or person in a few keys.
Popover {
    id: popup

    required property Session session

    function choose(row: int) {
        session.switcher.choose(row);
        close();
    }

    title: qsTr("Go to a room or person")
    parent: T.Overlay.overlay
    x: parent ? Math.round((parent.width - width) / 2) : 0
    y: parent ? Math.round(Math.min(110, parent.height * 0.12)) : 0
    width: parent ? Math.min(540, parent.width - 32) : 540
    padding: Theme.md
    modal: true
    onAboutToShow: {
        query.clear();
        session.switcher.query = "";
        session.switcher.opened();
        list.currentIndex = 0;
    }
    onOpened: query.forceActiveFocus()

    T.Overlay.modal: Rectangle {
        color: Theme.color.scrim
    }

    contentItem: ColumnLayout {
        spacing: Theme.sm

        TextField {
            id: query

            Layout.fillWidth: true
            glyph: "search"
            placeholderText: qsTr("Go to a room or person")
            onTextEdited: {
                popup.session.switcher.query = text;
                list.currentIndex = 0;
            }
            onAccepted: popup.choose(list.currentIndex)
            Keys.onDownPressed: list.incrementCurrentIndex()
            Keys.onUpPressed: list.decrementCurrentIndex()
            Keys.onTabPressed: list.incrementCurrentIndex()
            Keys.onBacktabPressed: list.decrementCurrentIndex()
        }

        RowList {
            id: list

            Layout.fillWidth: true
            Layout.preferredHeight: Math.min(400, Math.max(80, contentHeight))
            clip: true
            model: popup.session.switcher
            boundsBehavior: Flickable.StopAtBounds
            highlightMoveDuration: 0
            ScrollBar.vertical: ScrollBar {}
            Accessible.role: Accessible.List
            Accessible.name: query.placeholderText

            delegate: SwitcherRow {
                width: ListView.view.width
                onClicked: popup.choose(index)
            }

            Label {
                anchors.centerIn: parent
                visible: list.count === 0
                text: qsTr("Nobody and nothing by that name")
                font.pixelSize: Theme.label
                color: Theme.color.textMuted
            }
        }
    }
}
