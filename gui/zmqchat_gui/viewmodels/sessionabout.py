"""Who and where a session is, and how it stands to its server, as the view reads it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from zmqchat.client import Profile
from zmqchat.protocol.who import Who
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.qt import Property
from zmqchat_gui.viewmodels.standing import Standing

_LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})


class SessionAbout(QObject):
    """The base of `Session`: the person at a server, and the connection."""

    changed = Signal()

    def __init__(self, profile: Profile, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._profile = profile
        self._persons = Persons(Who(0, profile.name), self)
        self._standing = Standing(self)
        self._standing.changed.connect(self.changed)

    @Property(str, constant=True)
    def label(self) -> str:
        """The profile: names this session among several."""
        return self._profile.label

    @Property(str, notify=changed)
    def title(self) -> str:
        """What the server is called in the window: its host."""
        host = self._profile.link.host
        return words.say("This computer") if host in _LOCAL else host

    @Property(str, notify=changed)
    def address(self) -> str:
        """ "10.0.0.5:5555"."""
        link = self._profile.link
        return link.address.removeprefix("tcp://")

    @Property(str, notify=changed)
    def name(self) -> str:
        """The person's name there."""
        return self._persons.me.name

    @Property(str, notify=changed)
    def initials(self) -> str:
        """Of the name, for the avatar."""
        return words.initials(self._persons.title(self._persons.me))

    @Property(int, notify=changed)
    def tint(self) -> int:
        """0 to 7, which of the theme's eight colours."""
        return words.tint(self._persons.me.name)

    @Property(str, notify=changed)
    def avatar(self) -> str:
        """A picture's url, "" for none."""
        return self._persons.avatar(self._persons.me)

    @Property(str, notify=changed)
    def connection(self) -> str:
        """ "offline", "connecting", "catching-up", "live", or "ended" (see `endText`)."""
        return self._standing.connection

    @Property(str, notify=changed)
    def connectionText(self) -> str:
        """ "Online", "Connecting…", "Offline", for the foot of the side bar."""
        return self._standing.text

    @Property(bool, notify=changed)
    def banner(self) -> bool:
        """Whether the banner is shown: offline for longer than a moment, or ended."""
        return self._standing.banner

    @Property(str, notify=changed)
    def bannerText(self) -> str:
        """ "You're offline. Messages are sent when the server is back."."""
        return self._standing.banner_text

    @Property(str, notify=changed)
    def bannerDetail(self) -> str:
        """ "Reconnecting in 4 s · 3 messages and 1 change wait", a part of it, or ""."""
        return self._standing.banner_detail

    @Property(bool, notify=changed)
    def ended(self) -> bool:
        """The server refused this session, or the disk failed: only `reconnect` helps."""
        return self._standing.error is not None

    @Property(int, notify=changed)
    def unsent(self) -> int:
        """Own messages, and changes of messages, that are not acknowledged."""
        return sum(self._standing.waiting)
