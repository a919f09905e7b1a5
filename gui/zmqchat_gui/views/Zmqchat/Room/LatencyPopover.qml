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
    width: Math.round(340 * Theme.scale)

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
            active: popup.opened && popup.latency.samples.length > 1
            visible: active

            sourceComponent: LatencyPlot {
                latency: popup.latency
            }
        }

        Label {
            Layout.topMargin: 4
            visible: parts.count > 0
            text: qsTr("The newest message, step by step")
            font.pixelSize: Theme.small
            font.weight: Font.DemiBold
            Accessible.role: Accessible.Heading
        }

        Repeater {
            id: parts

            model: popup.latency.stages

            LatencyStage {
                required property var modelData

                Layout.fillWidth: true
                title: modelData.title
                hint: modelData.hint
                text: modelData.text
                share: modelData.share
                counted: modelData.counted
            }
        }

        Label {
            Layout.fillWidth: true
            visible: parts.count > 0
            wrapMode: Text.Wrap
            text: popup.latency.stagesText
            font.pixelSize: Theme.small
            color: Theme.color.textFaint
        }
    }
}
