pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import Zmqchat.Theme

// A choice of few: each `{ value, label }`.
Rectangle {
    id: segmented

    required property string label
    required property var choices
    required property var value
    signal chosen(var value)

    implicitWidth: row.implicitWidth + 6
    implicitHeight: Theme.control
    radius: Theme.radius
    color: Theme.color.pressed
    Accessible.role: Accessible.Grouping
    Accessible.name: label

    Row {
        id: row

        x: 3
        y: 3

        Repeater {
            model: segmented.choices

            T.AbstractButton {
                id: choice

                required property var modelData

                implicitWidth: words.implicitWidth + 28
                implicitHeight: segmented.height - 6
                checked: segmented.value === modelData.value
                focusPolicy: Qt.StrongFocus
                text: modelData.label
                Accessible.role: Accessible.RadioButton
                Accessible.name: text
                Accessible.checked: checked
                onClicked: segmented.chosen(modelData.value)

                contentItem: Label {
                    id: words

                    text: choice.text
                    horizontalAlignment: Text.AlignHCenter
                    font.pixelSize: Theme.label
                    font.weight: choice.checked ? Font.DemiBold : Font.Medium
                    color: choice.checked ? Theme.color.text : Theme.color.textMuted
                    Accessible.ignored: true
                }

                background: Rectangle {
                    radius: 6
                    color: choice.checked ? (Theme.dark ? Theme.color.borderStrong : Theme.color.raised) : "transparent"

                    FocusRing {
                        shown: choice.visualFocus
                    }
                }
            }
        }
    }
}
