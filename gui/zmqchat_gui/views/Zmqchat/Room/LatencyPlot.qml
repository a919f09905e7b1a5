import QtQuick
import QtQuick.Shapes
import Zmqchat.Theme
import Zmqchat.ViewModels

// The newest samples as a line, the oldest at the left.
Item {
    id: plot

    required property Latency latency

    function point(sample: real, index: int): point {
        const count = Math.max(2, latency.samples.length);
        const top = Math.max(latency.ceiling, 0.001);
        return Qt.point(width * index / (count - 1), height - 3 - (height - 6) * Math.min(1, sample / top));
    }

    implicitHeight: 76
    Accessible.role: Accessible.Chart
    Accessible.name: latency.summary

    Rectangle {
        anchors.fill: parent
        radius: 6
        color: Theme.color.codeFill
    }

    Shape {
        anchors.fill: parent
        visible: plot.latency.samples.length > 1

        ShapePath {
            strokeColor: Theme.color.accent
            strokeWidth: 1.6
            fillColor: "transparent"
            joinStyle: ShapePath.RoundJoin

            PathPolyline {
                path: plot.latency.samples.map((sample, index) => plot.point(sample, index))
            }
        }
    }
}
