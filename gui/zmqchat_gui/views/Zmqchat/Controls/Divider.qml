import QtQuick
import Zmqchat.Theme

Rectangle {
    implicitWidth: 1
    implicitHeight: 1
    color: Theme.color.border
}
