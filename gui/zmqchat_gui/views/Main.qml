pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Entry
import Zmqchat.Theme
import Zmqchat.ViewModels
import Zmqchat.Window

T.ApplicationWindow {
    id: window

    readonly property Session session: App.page === "chat" ? App.session : null

    title: App.windowTitle
    minimumWidth: 360
    minimumHeight: 480
    color: Theme.color.sidebar
    font.family: Theme.sans
    // Once, and not bound: a change of another setting must not undo a change of size. The screen may
    // be a smaller one than that of the last time.
    Component.onCompleted: {
        width = Math.min(App.settings.windowWidth, Screen.width, Screen.desktopAvailableWidth);
        height = Math.min(App.settings.windowHeight, Screen.height, Screen.desktopAvailableHeight);
    }
    onActiveChanged: App.setActive(active)
    onClosing: {
        App.settings.windowWidth = width;
        App.settings.windowHeight = height;
    }

    Binding {
        target: Theme
        property: "dark"
        value: App.settings.dark
    }

    Binding {
        target: Theme
        property: "scale"
        value: App.settings.fontSize / 15
    }

    Loader {
        anchors.fill: parent
        active: window.session === null

        sourceComponent: ConnectPage {}
    }

    Anew {
        anchors.fill: parent
        subject: window.session

        view: ChatPage {
            required property Session subject

            anchors.fill: parent
            session: subject
        }
    }

    LinkQuestion {}

    Toast {
        id: toast
    }

    Connections {
        target: App

        function onTold(kind: string, text: string) {
            toast.show(kind, text);
        }

        function onRaised() {
            window.show();
            window.raise();
            window.requestActivate();
        }
    }

    Connections {
        target: App.session

        function onFailed(text: string) {
            toast.show("error", text);
        }

        function onWarned(text: string) {
            toast.show("warning", text);
        }
    }

    Connections {
        target: App.session?.account ?? null

        function onDone(text: string) {
            toast.show("info", text);
        }
    }

    Connections {
        target: App.session?.room ?? null

        function onFailed(text: string) {
            toast.show("error", text);
        }
    }

    Connections {
        target: App.session?.room?.composer ?? null

        function onRefused(text: string) {
            toast.show("warning", text);
        }
    }
}
