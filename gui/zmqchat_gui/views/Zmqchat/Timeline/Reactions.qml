pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme

Flow {
    id: flow

    required property var reactions
    required property bool enabledHere
    signal toggled(string emoji)
    signal addAsked(Item from)

    spacing: 6
    topPadding: 4
    bottomPadding: 2
    // Row heights settle late otherwise, and the list jumps.
    Component.onCompleted: forceLayout()

    Repeater {
        model: flow.reactions

        T.AbstractButton {
            id: chip

            required property var modelData

            implicitWidth: row.implicitWidth + 18
            implicitHeight: Math.round(26 * Theme.scale)
            hoverEnabled: true
            enabled: flow.enabledHere
            focusPolicy: Qt.NoFocus
            checked: modelData.mine
            opacity: modelData.pending ? Theme.pending : 1
            text: qsTr("%1 %2: %3").arg(modelData.emoji).arg(modelData.count).arg(modelData.names)
            Accessible.name: text
            onClicked: flow.toggled(modelData.emoji)

            contentItem: Item {
                Row {
                    id: row

                    anchors.centerIn: parent
                    spacing: 6

                    Label {
                        anchors.verticalCenter: parent.verticalCenter
                        text: chip.modelData.emoji
                        font.pixelSize: Theme.body - 1
                        Accessible.ignored: true
                    }

                    Label {
                        anchors.verticalCenter: parent.verticalCenter
                        text: chip.modelData.count
                        font.pixelSize: Theme.small
                        font.weight: Font.DemiBold
                        color: chip.checked ? Theme.color.accent : Theme.color.textMuted
                        Accessible.ignored: true
                    }
                }
            }

            background: Rectangle {
                radius: height / 2
                color: chip.checked ? Theme.color.accentSoft : chip.hovered ? Theme.color.pressed : Theme.color.raised
                border.color: chip.checked ? Theme.color.accent : Theme.color.border
            }

            Loader {
                active: chip.hovered

                sourceComponent: ToolTip {
                    parent: chip
                    visible: chip.hovered
                    text: chip.modelData.names
                }
            }
        }
    }

    IconButton {
        id: add

        visible: flow.enabledHere
        implicitWidth: Math.round(30 * Theme.scale)
        implicitHeight: Math.round(26 * Theme.scale)
        glyph: "smile"
        glyphSize: 15
        glyphColor: Theme.color.textFaint
        focusPolicy: Qt.NoFocus
        text: qsTr("Add a reaction")
        onClicked: flow.addAsked(add)
    }
}
