import QtQuick
import QtQuick.Layouts
import Zmqchat.Theme

Rectangle {
    id: banner

    // "warning", "danger" or "info"
    property string kind: "warning"
    required property string glyph
    required property string message
    property string detail
    default property alias actions: row.data
    readonly property color ink: kind === "danger" ? Theme.color.danger : kind === "info" ? Theme.color.accent : Theme.color.warning

    implicitHeight: Math.max(36, row.implicitHeight + 12)
    color: kind === "danger" ? Theme.color.dangerSoft : kind === "info" ? Theme.color.accentSoft : Theme.color.warningSoft
    Accessible.role: Accessible.AlertMessage
    Accessible.name: detail ? qsTr("%1 %2").arg(message).arg(detail) : message

    RowLayout {
        id: row

        anchors.verticalCenter: parent.verticalCenter
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.leftMargin: Theme.xl
        anchors.rightMargin: Theme.xl
        spacing: Theme.sm

        Icon {
            glyph: banner.glyph
            size: 17
            color: banner.ink
        }

        // Beside each other where there is room for it.
        GridLayout {
            Layout.fillWidth: true
            columns: banner.width < 560 * Theme.scale ? 1 : 2
            columnSpacing: Theme.sm
            rowSpacing: 1

            Label {
                Layout.fillWidth: true
                text: banner.message
                wrapMode: Text.Wrap
                font.pixelSize: Theme.label
                font.weight: Font.Medium
                color: banner.ink
                Accessible.ignored: true
            }

            Label {
                visible: text
                text: banner.detail
                font.pixelSize: Theme.label
                font.features: {
                    "tnum": 1
                }
                color: Theme.color.textMuted
                Accessible.ignored: true
            }
        }
    }
}
