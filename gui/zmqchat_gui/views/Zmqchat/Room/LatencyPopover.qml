pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

Popover {
    id: popup

    required property Latency latency

    title: qsTr("Latency")
    width: 330

    contentItem: ColumnLayout {
        spacing: Theme.sm

        Label {
            text: popup.title
            font.pixelSize: Theme.title
            font.weight: Font.DemiBold
            Accessible.role: Accessible.Heading
        }

        Label {
            Layout.fillWidth: true
            wrapMode: Text.Wrap
            text: popup.latency.summary
            font.pixelSize: Theme.label
            color: Theme.color.textMuted
        }

        Loader {
            Layout.fillWidth: true
            Layout.topMargin: 4
            active: popup.opened

            sourceComponent: LatencyPlot {
                latency: popup.latency
            }
        }

        Repeater {
            model: popup.latency.stages

            RowLayout {
                id: stage

                required property var modelData

                spacing: Theme.sm
                Accessible.role: Accessible.ListItem
                Accessible.name: qsTr("%1: %2").arg(modelData.title).arg(modelData.text)

                Label {
                    Layout.preferredWidth: 110
                    text: stage.modelData.title
                    font.pixelSize: Theme.small
                    color: Theme.color.textMuted
                    Accessible.ignored: true
                }

                Rectangle {
                    Layout.fillWidth: true
                    implicitHeight: 6
                    radius: 3
                    color: Theme.color.codeFill

                    Rectangle {
                        width: Math.max(3, parent.width * stage.modelData.share)
                        height: parent.height
                        radius: 3
                        color: Theme.color.accentFill
                    }
                }

                Label {
                    Layout.preferredWidth: 60
                    horizontalAlignment: Text.AlignRight
                    text: stage.modelData.text
                    font.pixelSize: Theme.small
                    Accessible.ignored: true
                }
            }
        }
    }
}
