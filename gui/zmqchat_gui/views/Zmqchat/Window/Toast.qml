import QtQuick
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme

// Something short that was to be said, above whatever is open; it goes by itself. It is at the top,
// under header and banner: what one writes and what failed is at the bottom.
T.Popup {
    id: toast

    property string kind
    property string message

    function show(what: string, text: string) {
        kind = what;
        message = text;
        hide.interval = 3500 + 45 * text.length;
        hide.restart();
        close(); // the newest popup is the topmost
        open();
    }

    parent: T.Overlay.overlay
    x: parent ? Math.round((parent.width - width) / 2) : 0
    y: Theme.header + Math.round(60 * Theme.scale) + Theme.sm
    width: Math.min(words.implicitWidth + 76, (parent?.width ?? 400) - 40)
    height: words.height + 24
    padding: 0
    closePolicy: T.Popup.NoAutoClose

    background: Rectangle {
        radius: Theme.radius
        color: Theme.dark ? "#33353f" : "#22242b"
        border.width: Theme.dark ? 1 : 0
        border.color: Theme.color.borderStrong
    }

    contentItem: Item {
        Accessible.role: Accessible.AlertMessage
        Accessible.name: toast.message

        Icon {
            x: 14
            anchors.verticalCenter: parent.verticalCenter
            glyph: toast.kind === "info" ? "info" : "alert"
            color: toast.kind === "error" ? "#ff8f95" : toast.kind === "warning" ? "#f0c060" : "#b9bdff"
        }

        Label {
            id: words

            x: 14 + Math.round(28 * Theme.scale)
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, (toast.parent?.width ?? 400) - 116)
            text: toast.message
            wrapMode: Text.Wrap
            font.pixelSize: Theme.label
            font.weight: Font.Medium
            color: "#ffffff"
            Accessible.ignored: true
        }

        TapHandler {
            onTapped: toast.close()
        }
    }

    Timer {
        id: hide

        onTriggered: toast.close()
    }
}
