pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.ViewModels

ColumnLayout {
    id: list

    required property Entrance entrance

    visible: entrance.offers.count > 0
    spacing: 6

    SectionLabel {
        text: qsTr("Server")
    }

    Repeater {
        model: list.entrance.offers

        OfferRow {
            id: row

            Layout.fillWidth: true
            enabled: !list.entrance.busy
            onClicked: list.entrance.choose(label)
            onForgetAsked: forget.ask(label, title)
        }
    }

    ForgetQuestion {
        id: forget
    }
}
