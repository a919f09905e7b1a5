import QtQuick
import QtQuick.Layouts
import Zmqchat.Theme

// A small number, one less or one more.
RowLayout {
    id: stepper

    required property string label
    required property int value
    required property int from
    required property int to
    signal stepped(int value)

    spacing: 2
    Accessible.role: Accessible.SpinBox
    Accessible.name: qsTr("%1: %2").arg(label).arg(value)

    Button {
        implicitWidth: Theme.control
        leftPadding: 0
        text: qsTr("−")
        Accessible.name: qsTr("%1 smaller").arg(stepper.label)
        enabled: stepper.value > stepper.from
        onClicked: stepper.stepped(stepper.value - 1)
    }

    Label {
        Layout.preferredWidth: 40
        horizontalAlignment: Text.AlignHCenter
        text: stepper.value
        font.pixelSize: Theme.label
        font.weight: Font.DemiBold
    }

    Button {
        implicitWidth: Theme.control
        leftPadding: 0
        text: qsTr("+")
        Accessible.name: qsTr("%1 larger").arg(stepper.label)
        enabled: stepper.value < stepper.to
        onClicked: stepper.stepped(stepper.value + 1)
    }
}
