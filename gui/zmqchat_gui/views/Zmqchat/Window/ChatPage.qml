pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Room
import Zmqchat.Sidebar
import Zmqchat.Theme
import Zmqchat.ViewModels

// Rooms, the open room, and a pane at its side: beside each other where there is room for it.
Item {
    id: page

    required property Session session
    readonly property bool narrow: width < 720 * Math.max(1, Theme.scale)
    readonly property bool roomy: width >= 980 * Math.max(1, Theme.scale)
    // "members", "search", "pins", "thread" or ""
    property string side: App.settings.showMembers && roomy ? "members" : ""

    function toggleSide(which: string) {
        side = side === which ? "" : which;
        if (roomy)
            App.settings.showMembers = side === "members";
    }

    function showThread(seq: int) {
        session.room?.openThread.open(seq);
        side = "thread";
    }

    function closeSide() {
        if (side === "thread")
            session.room?.openThread.close();
        side = side === "thread" && App.settings.showMembers && roomy ? "members" : "";
        if (roomy && side === "")
            App.settings.showMembers = false;
        focusComposer();
    }

    function focusComposer() {
        middle.pane?.composerArea?.forceActiveFocus();
    }

    function focusPane(by: int) {
        const panes = [bar.pane?.list, middle.pane?.timelineView, middle.pane?.composerArea, (aside.item as SidePane)?.area].filter(pane => pane && pane.visible);
        const at = panes.findIndex(pane => pane.activeFocus);
        panes[(at + by + panes.length) % panes.length]?.forceActiveFocus(Qt.TabFocusReason);
    }

    Component {
        id: sidebar

        Sidebar {
            required property Session subject

            anchors.fill: parent
            session: subject
            onSwitcherAsked: dialogs.openSwitcher()
            onCreateAsked: dialogs.openCreate()
            onBrowseAsked: dialogs.openDirectory()
            onSettingsAsked: dialogs.openSettings()
            onOpened: drawer.close()
        }
    }

    Anew {
        id: bar

        readonly property Sidebar pane: item as Sidebar

        subject: page.narrow ? null : page.session
        height: page.height
        width: implicitWidth
        view: sidebar
    }

    T.Drawer {
        id: drawer

        parent: T.Overlay.overlay
        width: Math.min(300, page.width - 56)
        height: page.height
        edge: Qt.LeftEdge
        interactive: page.narrow

        enter: Transition {
            SmoothedAnimation {
                velocity: 8
            }
        }

        exit: Transition {
            SmoothedAnimation {
                velocity: 8
            }
        }

        T.Overlay.modal: Rectangle {
            color: Theme.color.scrim
        }

        contentItem: Anew {
            subject: page.narrow ? page.session : null
            view: sidebar
        }
    }

    Anew {
        id: middle

        readonly property RoomPane pane: item as RoomPane

        x: bar.width
        width: page.width - x - (page.roomy && aside.subject ? aside.width : 0)
        height: page.height
        subject: page.session.room

        view: RoomPane {
            required property Room subject

            anchors.fill: parent
            session: page.session
            room: subject
            narrow: page.narrow
            side: page.side
            onSidebarAsked: drawer.open()
            onSideAsked: side => page.toggleSide(side)
            onThreadAsked: seq => page.showThread(seq)
        }
    }

    Loader {
        anchors.fill: middle
        active: page.session.room === null

        sourceComponent: NoRoom {
            session: page.session
            narrow: page.narrow
            onBrowseAsked: dialogs.openDirectory()
            onSidebarAsked: drawer.open()
        }
    }

    Anew {
        id: aside

        subject: page.side !== "" && page.session.room !== null ? page.session : null
        anchors.right: parent.right
        width: page.narrow ? page.width : Math.min(implicitWidth, page.width)
        height: page.height

        view: SidePane {
            required property Session subject

            anchors.fill: parent
            session: subject
            room: page.session.room
            side: page.side
            onClosed: page.closeSide()
        }
    }

    Connections {
        property Room shown: page.session.room

        target: page.session

        function onRoomChanged() {
            if (shown !== page.session.room)
                Qt.callLater(page.focusComposer);
            shown = page.session.room;
            if (page.side === "thread" && !page.session.room?.openThread.seq)
                page.side = App.settings.showMembers && page.roomy ? "members" : "";
        }
    }

    ChatDialogs {
        id: dialogs

        session: page.session
    }

    ChatKeys {
        session: page.session
        onSwitcherAsked: dialogs.openSwitcher()
        onSettingsAsked: dialogs.openSettings()
        onShortcutsAsked: dialogs.openShortcuts()
        onSideAsked: side => page.toggleSide(side)
        onPaneAsked: by => page.focusPane(by)
        onLatestAsked: middle.pane?.toLatest()
        onEscaped: page.focusComposer()
    }
}
