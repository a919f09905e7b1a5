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
    readonly property var pages: ({
            window: surroundings,
            notifications: notifications,
            account: account,
            devices: devices,
            invitations: invitations
        })
    readonly property int most: Math.min(Math.round(680 * Math.max(1, Theme.scale)), (parent?.height ?? 700) - 48)
    signal shortcutsAsked
    signal aboutAsked
    signal renameDeviceAsked(int number, string label)
    signal removeDeviceAsked(int number, string label)

    wanted: Math.round(600 * Math.max(1, Theme.scale))
    // as high as its page, and always from the same line on: the tabs stay under the pointer
    y: parent ? Math.max(24, Math.round((parent.height - most) / 2.4)) : 0
    height: Math.min(implicitHeight, most)
    title: qsTr("Settings")
    onPageChanged: scroll.contentY = 0
    onAboutToShow: session.account.lookAgain()

    contentItem: ColumnLayout {
        spacing: Theme.lg

        SettingsTabs {
            account: dialog.session.account
            value: dialog.page
            onChosen: value => dialog.page = value
        }

        SettingsScroll {
            id: scroll

            Layout.fillWidth: true
            Layout.fillHeight: true
            implicitHeight: pages.implicitHeight + Theme.xl
            contentHeight: pages.implicitHeight + Theme.xl

            Loader {
                id: pages

                width: scroll.width - (scroll.contentHeight > scroll.height ? 14 : 0)
                active: dialog.visible
                sourceComponent: dialog.pages[dialog.page]
            }
        }
    }

    Component {
        id: surroundings

        WindowSettings {
            onShortcutsAsked: dialog.shortcutsAsked()
            onAboutAsked: dialog.aboutAsked()
        }
    }

    Component {
        id: notifications

        ColumnLayout {
            spacing: Theme.xl

            NotificationSettings {
                Layout.fillWidth: true
            }

            RoomLevels {
                Layout.fillWidth: true
                session: dialog.session
            }
        }
    }

    Component {
        id: account

        AccountSettings {
            session: dialog.session
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

    Component {
        id: invitations

        InvitationSettings {
            invitations: dialog.session.account.invitations
        }
    }
}
