import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

ColumnLayout {
    id: form

    required property Entrance entrance

    spacing: Theme.lg

    Brand {
        Layout.fillWidth: true
        Layout.bottomMargin: Theme.sm
        offering: form.entrance.offers.count > 0
    }

    ColumnLayout {
        Layout.fillWidth: true
        spacing: 6

        SectionLabel {
            text: qsTr("Your name")
        }

        TextField {
            Layout.fillWidth: true
            glyph: "user"
            placeholderText: qsTr("Your name")
            readOnly: form.entrance.busy
            text: form.entrance.name
            onTextEdited: form.entrance.name = text
            Component.onCompleted: forceActiveFocus()
            onAccepted: form.entrance.connectNow()
        }

        Label {
            Layout.fillWidth: true
            visible: text
            wrapMode: Text.Wrap
            text: form.entrance.nameText
            font.pixelSize: Theme.small
            color: Theme.color.textMuted
        }
    }

    OfferList {
        Layout.fillWidth: true
        entrance: form.entrance
    }

    ColumnLayout {
        Layout.fillWidth: true
        spacing: 6

        SectionLabel {
            text: form.entrance.offers.count > 0 ? qsTr("Or a join link") : qsTr("Join link")
        }

        TextField {
            Layout.fillWidth: true
            glyph: "link"
            placeholderText: qsTr("zmqchat://…")
            Accessible.name: qsTr("Join link")
            wrong: form.entrance.linkWrong
            readOnly: form.entrance.busy
            text: form.entrance.link
            onTextEdited: form.entrance.link = text
            onAccepted: form.entrance.connectNow()
        }

        Label {
            Layout.fillWidth: true
            visible: text
            wrapMode: Text.Wrap
            text: form.entrance.linkText
            font.pixelSize: Theme.small
            color: form.entrance.linkWrong ? Theme.color.danger : Theme.color.textMuted
        }
    }

    FurtherDevice {
        Layout.fillWidth: true
        entrance: form.entrance
    }

    Trouble {
        Layout.fillWidth: true
        message: form.entrance.error
        advice: form.entrance.advice
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.sm

        Button {
            Layout.fillWidth: true
            Layout.preferredHeight: Math.round(42 * Theme.scale)
            kind: "primary"
            text: form.entrance.busy ? qsTr("Connecting…") : qsTr("Connect")
            enabled: form.entrance.canConnect
            onClicked: form.entrance.connectNow()
        }

        Button {
            Layout.preferredHeight: Math.round(42 * Theme.scale)
            visible: form.entrance.busy
            text: qsTr("Cancel")
            onClicked: form.entrance.cancel()
        }
    }
}
