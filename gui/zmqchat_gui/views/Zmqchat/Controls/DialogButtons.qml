import QtQuick
import QtQuick.Layouts
import Zmqchat.Theme

Item {
    id: buttons

    required property string acceptText
    property bool acceptEnabled: true
    property bool dangerous: false
    signal accepted
    signal rejected

    implicitHeight: Theme.control + Theme.xl

    RowLayout {
        anchors.right: parent.right
        anchors.rightMargin: Theme.xl
        spacing: Theme.sm

        Button {
            text: qsTr("Cancel")
            onClicked: buttons.rejected()
        }

        Button {
            kind: buttons.dangerous ? "danger" : "primary"
            text: buttons.acceptText
            enabled: buttons.acceptEnabled
            onClicked: buttons.accepted()
        }
    }
}
