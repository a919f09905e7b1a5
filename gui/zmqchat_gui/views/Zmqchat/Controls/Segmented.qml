pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Zmqchat.Theme

// A choice of few, each `{ value, label }`; in more lines than one where there is no room for that.
Rectangle {
    id: segmented

    required property string label
    required property var choices
    required property var value
    signal chosen(var value)

    function natural(): real {
        let sum = 6;
        for (let place = 0; place < all.count; ++place)
            sum += all.itemAt(place)?.implicitWidth ?? 0;
        return sum;
    }

    Layout.fillWidth: true
    Layout.minimumWidth: 0
    Layout.maximumWidth: implicitWidth
    implicitWidth: natural()
    implicitHeight: flow.implicitHeight + 6
    radius: Theme.radius
    color: Theme.color.pressed
    Accessible.role: Accessible.Grouping
    Accessible.name: label

    Flow {
        id: flow

        x: 3
        y: 3
        width: segmented.width - 6

        Repeater {
            id: all

            model: segmented.choices

            T.AbstractButton {
                id: choice

                required property var modelData

                implicitWidth: Math.ceil(words.implicitWidth) + 28 // whole: a layout rounds the sum
                implicitHeight: Theme.control - 6
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
