import QtQuick
import QtQuick.Layouts
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

Dialog {
    wanted: 420
    title: qsTr("About zmqchat")

    contentItem: ColumnLayout {
        spacing: Theme.md

        RowLayout {
            spacing: Theme.lg

            Image {
                source: Qt.resolvedUrl("../../icons/app/zmqchat.svg")
                sourceSize: Qt.size(56, 56)
                Accessible.ignored: true
            }

            ColumnLayout {
                Layout.fillWidth: true
                spacing: 2

                Label {
                    text: qsTr("zmqchat %1").arg(App.version)
                    font.pixelSize: Theme.title
                    font.weight: Font.DemiBold
                }

                Label {
                    Layout.fillWidth: true
                    wrapMode: Text.Wrap
                    text: qsTr("Team chat whose timeline proves that it is complete and unaltered.")
                    font.pixelSize: Theme.label
                    color: Theme.color.textMuted
                }
            }
        }

        Label {
            Layout.fillWidth: true
            Layout.bottomMargin: Theme.lg
            wrapMode: Text.Wrap
            lineHeight: 1.25
            text: qsTr("Licensed under Apache 2.0. Made with Qt (LGPL 3), ØMQ (MPL 2), and the fonts Inter, JetBrains Mono and Noto Color Emoji (SIL OFL 1.1).")
            font.pixelSize: Theme.small
            color: Theme.color.textMuted
        }
    }
}
