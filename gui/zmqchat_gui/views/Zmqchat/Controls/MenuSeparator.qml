import QtQuick
import QtQuick.Templates as T

T.MenuSeparator {
    implicitWidth: 180
    implicitHeight: visible ? 9 : 0

    contentItem: Item {
        Divider {
            width: parent.width
            anchors.verticalCenter: parent.verticalCenter
        }
    }
}
