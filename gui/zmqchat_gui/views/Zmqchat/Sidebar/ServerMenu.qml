pragma ComponentBehavior: Bound

import QtQuick
import QtQml.Models
import Zmqchat.Controls
import Zmqchat.ViewModels

// The servers that the person is at, and what can be done with the one that is shown.
Menu {
    id: menu

    signal createAsked
    signal browseAsked

    MenuItem {
        glyph: "plus"
        text: qsTr("Create a room…")
        onTriggered: menu.createAsked()
    }

    MenuItem {
        glyph: "compass"
        text: qsTr("Find rooms…")
        onTriggered: menu.browseAsked()
    }

    MenuSeparator {}

    Instantiator {
        model: App.servers
        onObjectAdded: (index, object) => menu.insertItem(3 + index, object as MenuItem)
        onObjectRemoved: (index, object) => menu.removeItem(object as MenuItem)

        MenuItem {
            required property string label
            required property string title
            required property string name
            required property bool current
            required property string newsText

            glyph: current ? "check" : "server"
            text: qsTr("%1 as %2").arg(title).arg(name)
            keys: newsText
            onTriggered: App.show(label)
        }
    }

    MenuSeparator {}

    MenuItem {
        glyph: "plus"
        text: qsTr("Add a server…")
        onTriggered: App.addServer()
    }

    MenuItem {
        glyph: "refresh"
        text: qsTr("Connect again now")
        enabled: App.session !== null && App.session.connection !== "live"
        onTriggered: App.session?.reconnect()
    }

    MenuItem {
        glyph: "log-out"
        text: qsTr("Disconnect")
        onTriggered: App.closeServer(App.session?.label ?? "")
    }
}
