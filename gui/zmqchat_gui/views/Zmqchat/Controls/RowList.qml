import QtQuick

// A list whose rows in sight a screen reader has. Qt 6.11 takes rows that it lays out beyond the
// edge out of what is read, and forgets to put them back when they come into sight by scrolling.
ListView {
    id: list

    function offer() {
        for (const row of contentItem.children)
            if (row.ListView.view === list && row !== headerItem && row !== footerItem)
                row.Accessible.ignored = row.unspoken === true;
    }

    onContentXChanged: Qt.callLater(offer)
    onContentYChanged: Qt.callLater(offer)
}
