pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

Dialog {
    id: dialog

    required property Session session
    property string page: "window"
    signal shortcutsAsked
    signal aboutAsked
    signal renameDeviceAsked(int number, string label)
    signal removeDeviceAsked(int number, string label)

    wanted: 580
    title: qsTr("Settings")

    contentItem: ColumnLayout {
        spacing: Theme.lg

        Segmented {
            label: qsTr("Settings")
            value: dialog.page
            choices: [
                {
                    value: "window",
                    label: qsTr("This window")
                },
                {
                    value: "account",
                    label: qsTr("Account")
                },
                {
                    value: "devices",
                    label: qsTr("Devices")
                }
            ]
            onChosen: value => dialog.page = value
        }

        Flickable {
            id: scroll

            Layout.fillWidth: true
            Layout.fillHeight: true
            implicitHeight: pages.implicitHeight + Theme.xl
            contentHeight: pages.implicitHeight + Theme.xl
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            ScrollBar.vertical: ScrollBar {}

            Loader {
                id: pages

                width: dialog.availableWidth - (scroll.contentHeight > scroll.height ? 14 : 0)
                active: dialog.visible
                sourceComponent: dialog.page === "account" ? account : dialog.page === "devices" ? devices : surroundings
            }
        }
    }

    Component {
        id: surroundings

        ColumnLayout {
            spacing: Theme.xl

            AppearanceSettings {
                Layout.fillWidth: true
            }

            NotificationSettings {
                Layout.fillWidth: true
            }

            RowLayout {
                spacing: Theme.sm

                Button {
                    glyph: "keyboard"
                    text: qsTr("Keyboard shortcuts")
                    onClicked: dialog.shortcutsAsked()
                }

                Button {
                    glyph: "info"
                    text: qsTr("About")
                    onClicked: dialog.aboutAsked()
                }
            }
        }
    }

    Component {
        id: account

        ColumnLayout {
            spacing: Theme.xl

            ProfileSettings {
                Layout.fillWidth: true
                account: dialog.session.account
            }

            PasswordSettings {
                Layout.fillWidth: true
                account: dialog.session.account
            }
        }
    }

    Component {
        id: devices

        DeviceSettings {
            account: dialog.session.account
            onRenameAsked: (number, label) => dialog.renameDeviceAsked(number, label)
            onRemoveAsked: (number, label) => dialog.removeDeviceAsked(number, label)
        }
    }
}
