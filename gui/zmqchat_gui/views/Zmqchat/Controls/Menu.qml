pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import Zmqchat.Theme

T.Menu {
    id: menu

    // as wide as the widest item
    function widest(): real {
        let width = 200;
        for (let place = 0; place < count; place++)
            width = Math.max(width, itemAt(place)?.implicitWidth ?? 0);
        return Math.min(width, 420 * Theme.scale);
    }

    implicitWidth: widest() + leftPadding + rightPadding
    implicitHeight: contentItem.implicitHeight + topPadding + bottomPadding
    margins: 8
    padding: 5
    overlap: 1

    delegate: MenuItem {}

    contentItem: RowList {
        implicitHeight: contentHeight
        implicitWidth: 200
        model: menu.contentModel
        interactive: Window.window ? contentHeight > Window.window.height : false
        clip: true
        currentIndex: menu.currentIndex
    }

    background: Item {
        Shadow {
            radius: Theme.radius
        }

        Rectangle {
            anchors.fill: parent
            radius: Theme.radius
            color: Theme.color.raised
            border.color: Theme.color.border
        }
    }
}
