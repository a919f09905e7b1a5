"""`App`: the one object that QML begins at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import unquote

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QJSEngine, QmlElement, QmlSingleton, QQmlEngine

from zmqchat import __version__
from zmqchat.errors import ChatError
from zmqchat.protocol.addresses import followed
from zmqchat.protocol.display import tamed
from zmqchat.security.links import parse_message
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.emojimodel import EmojiModel
from zmqchat_gui.viewmodels.entrance import Entrance
from zmqchat_gui.viewmodels.qt import Property
from zmqchat_gui.viewmodels.references import PERSON, ROOM
from zmqchat_gui.viewmodels.roomfacts import key_of
from zmqchat_gui.viewmodels.servers import ServersModel, servers_of
from zmqchat_gui.viewmodels.session import Session
from zmqchat_gui.viewmodels.settings import Settings

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1

_WEB = ("https:", "http:", "mailto:")
_JOIN = "zmqchat://"


@dataclass(frozen=True, slots=True)
class Desktop:
    """What the window needs of the desktop around it."""

    open_web: Callable[[str], None]
    copy: Callable[[str], None]
    select: Callable[[str], None]


@QmlElement
@QmlSingleton
class App(QObject):
    """The program as the window shows it."""

    changed = Signal()
    sessionChanged = Signal()
    told = Signal(str, str)
    """A short-lived message: kind ("info", "warning", "error"), text."""
    raised = Signal()
    """The window should come to the front."""

    _instance: ClassVar[App | None] = None

    def __init__(
        self,
        entrance: Entrance,
        settings: Settings,
        open_session: Callable[[str, str], Session | None],
        desktop: Desktop,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._entrance = entrance
        self._settings = settings
        self._open_session = open_session
        self._desktop = desktop
        self._emoji = EmojiModel(settings, self)
        self._servers = ServersModel(self)
        self._sessions: dict[str, Session] = {}
        self._session: Session | None = None
        self._entering = True
        self._active = True
        self._idle = False
        entrance.setParent(self)
        settings.setParent(self)
        entrance.connected.connect(self._connected)
        entrance.left.connect(self._enter_chat)
        App._instance = self

    @staticmethod
    def create(_engine: QQmlEngine) -> App:
        """The one that the program made: QML makes none of its own."""
        made = App._instance
        assert made is not None, "the program makes it before it loads a view"
        QJSEngine.setObjectOwnership(made, QJSEngine.ObjectOwnership.CppOwnership)
        return made

    # ── what the view reads ──────────────────────────────────────────────────────────────────────

    @Property(str, notify=changed)
    def page(self) -> str:
        """ "connect" or "chat"."""
        return "connect" if self._entering or self._session is None else "chat"

    @Property(str, notify=changed)
    def windowTitle(self) -> str:
        """ "(2) #engineering – zmqchat"."""
        session = self._session
        if session is None or self._entering:
            return "zmqchat"
        count = f"({self.mentions}) " if self.mentions else ""
        return f"{count}{session.room.called} – zmqchat" if session.room else f"{count}zmqchat"

    @Property(str, constant=True)
    def version(self) -> str:
        """The program's version."""
        return __version__

    @Property(Session, notify=sessionChanged)
    def session(self) -> Session | None:
        """The server that the window shows, or null."""
        return self._session

    @Property(ServersModel, constant=True)
    def servers(self) -> ServersModel:
        """All that the person is at."""
        return self._servers

    @Property(Entrance, constant=True)
    def entrance(self) -> Entrance:
        """The connect page."""
        return self._entrance

    @Property(EmojiModel, constant=True)
    def emoji(self) -> EmojiModel:
        """The emoji picker."""
        return self._emoji

    @Property(Settings, constant=True)
    def settings(self) -> Settings:
        """What is set on this machine."""
        return self._settings

    @Property(int, notify=changed)
    def unread(self) -> int:
        """Unread messages at all servers."""
        return sum(session.unread for session in self._sessions.values())

    @Property(int, notify=changed)
    def mentions(self) -> int:
        """Unread mentions and direct messages at all servers."""
        return sum(session.mentions for session in self._sessions.values())

    @Property(int, notify=changed)
    def mentionsElsewhere(self) -> int:
        """Those at servers that are not shown."""
        return self.mentions - (self._session.mentions if self._session else 0)

    @property
    def running(self) -> frozenset[str]:
        """The profiles that have a session."""
        return frozenset(self._sessions)

    # ── what the person does ─────────────────────────────────────────────────────────────────────

    @Slot(str)
    def show(self, label: str) -> None:
        """Shows a server, and connects to it first where that is not done."""
        session = self._sessions.get(label) or self._opened(label)
        if session is None:
            return
        self._entering = False
        if session is not self._session:
            self._session = session
            self.sessionChanged.emit()
        self._look()
        self._refresh()

    @Slot()
    def addServer(self) -> None:
        """Shows the connect page; the sessions go on."""
        self._entrance.refresh()
        self._entering = True
        self._look()
        self.changed.emit()

    @Slot(str)
    def closeServer(self, label: str) -> None:
        """Leaves a server until it is chosen again; what waits in the outbox stays on disk."""
        session = self._sessions.pop(label, None)
        if session is None:
            return
        if session is self._session:  # before it goes: the views must not see it go
            self._session = next(iter(self._sessions.values()), None)
            self._entering = self._session is None
            self.changed.emit()
            self.sessionChanged.emit()
        session.close()
        session.deleteLater()
        self._remember()
        self._entrance.refresh()
        self._look()
        self._refresh()

    @Slot(str)
    def openLink(self, link: str) -> None:
        """A link in a message was clicked: a room, a person, a join link, or the web (https, http
        and mailto only) in the person's browser.
        """
        if link.startswith(ROOM) and self._session is not None:
            self._session.openRoom(unquote(link.removeprefix(ROOM)))
        elif link.startswith(PERSON) and self._session is not None:
            self._session.personWanted.emit(unquote(link.removeprefix(PERSON)))
        elif link.casefold().startswith(_JOIN):
            if not self._follow(link):
                self.open_from_outside(link)
        elif link.casefold().startswith(_WEB):
            self._desktop.open_web(followed(link))

    def _follow(self, link: str) -> bool:
        """Goes to the message of a link to one, where the person is at its server."""
        try:
            message = parse_message(link)
        except ChatError:
            return False
        for session in self._sessions.values():
            if session.follow(message):
                self.show(session.label)
                return True
        return False

    @Slot(str)
    def copy(self, text: str) -> None:
        """Puts text on the clipboard."""
        self._desktop.copy(tamed(text))

    @Slot(str)
    def select(self, text: str) -> None:
        """Offers selected text to the middle button, on desktops where that inserts it."""
        self._desktop.select(tamed(text))

    @Slot(bool)
    def setActive(self, active: bool) -> None:
        """The view says whether its window has the focus: what is in sight is read only then."""
        self._active = active
        self._look()

    def set_idle(self, idle: bool) -> None:
        """The person has left the window alone, or is back: others see it at all servers."""
        self._idle = idle
        for session in self._sessions.values():
            session.account.idle(idle)

    # ── what the program does ────────────────────────────────────────────────────────────────────

    def start(self, labels: list[str]) -> None:
        """Goes to where the person was, or to the connect page."""
        for label in reversed(labels):
            self.show(label)
        if self._session is None:
            self.addServer()

    def open_from_outside(self, link: str) -> None:
        """A link was opened in a browser or another program: one to a message of a server where
        the person is leads there, with a join link it is asked before anything is done.
        """
        if self._follow(link):
            self.raised.emit()
            return
        self.addServer()
        self._entrance.ask_about(link)
        self.raised.emit()

    def go_to(self, label: str, room: int, seq: int) -> None:
        """A notification was clicked."""
        self.show(label)
        session = self._sessions.get(label)
        if session is not None:
            session.open_message(room, seq)
        self.raised.emit()

    def close(self) -> None:
        """Ends all sessions."""
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()

    def _opened(self, label: str) -> Session | None:
        session = self._open_session(label, self._settings.last_room(label))
        if session is not None:
            self._keep(session)
            self._tell_damage(session)
        return session

    def _tell_damage(self, session: Session) -> None:
        if session.damage is not None:
            text = words.say("What you were typing last was in a file that is damaged. See {}.")
            self.told.emit("warning", text.format(session.damage))

    def adopt(self, session: Session) -> None:
        """Shows a session that was made elsewhere."""
        self._keep(session)
        self.show(session.label)

    def _keep(self, session: Session) -> None:
        session.setParent(self)
        self._sessions[session.label] = session
        session.account.idle(self._idle)
        session.changed.connect(self._refresh)
        session.roomChanged.connect(lambda: self._room_changed(session))
        session.warned.connect(lambda text: self.told.emit("warning", text))
        self._remember()

    def _room_changed(self, session: Session) -> None:
        if session.room is not None:
            self._settings.set_last_room(session.label, key_of(session.room.id))
        self._refresh()

    def _remember(self) -> None:
        self._settings.servers = list(self._sessions)

    def _connected(self, label: str, display: str) -> None:
        self.show(label)
        if display and self._session is not None:
            self._session.account.be_shown_as(display)

    def _enter_chat(self) -> None:
        self._entering = self._session is None
        self._look()
        self.changed.emit()

    def _look(self) -> None:
        for session in self._sessions.values():
            session.set_active(self._active and not self._entering and session is self._session)

    def _refresh(self) -> None:
        self._servers.replace(servers_of(self._sessions, self._session))
        self.changed.emit()
