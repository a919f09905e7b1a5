"""One server as one person: its state, its rooms, and the room that is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot
from PySide6.QtQml import QmlElement

from zmqchat.client import Chat, Profile
from zmqchat.errors import ChatError
from zmqchat.security.links import MessageLink
from zmqchat_gui.bridge.client import Requests
from zmqchat_gui.bridge.drafts import Drafts
from zmqchat_gui.bridge.outlet import Batch
from zmqchat_gui.bridge.worker import Outgoing, Work
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.account import Account
from zmqchat_gui.viewmodels.destinations import destinations
from zmqchat_gui.viewmodels.latency import Latency
from zmqchat_gui.viewmodels.people import MembersModel
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable
from zmqchat_gui.viewmodels.reception import Reception
from zmqchat_gui.viewmodels.room import Room
from zmqchat_gui.viewmodels.roombook import RoomBook
from zmqchat_gui.viewmodels.roomlist import DirectoryModel, RoomsModel, SwitcherModel
from zmqchat_gui.viewmodels.search import SearchModel
from zmqchat_gui.viewmodels.standing import Standing

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1

_GENERAL = "general"
_LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})


class Gateway(Requests, Protocol):
    """A running client: what can be asked of it, what it tells, and its end."""

    @property
    def updates(self) -> SignalInstance:
        """Emits batches of updates."""

    def close(self) -> None:
        """Ends it."""


@QmlElement
@QmlUncreatable("App.session")
class Session(QObject):
    """A person at a server. `room` is what the window shows; others go on in the background."""

    changed = Signal()
    roomChanged = Signal()
    failed = Signal(str)
    """Something that the person asked for did not happen: why, in plain words."""
    warned = Signal(str)
    """Something that the person must see."""
    personWanted = Signal(str)
    """A name in a message was clicked."""
    notified = Signal(object)
    """A message that the person may want to be told of: a `Notification`."""

    def __init__(
        self,
        profile: Profile,
        open_client: Callable[[], Gateway],
        first_room: str = "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._profile = profile
        self._open_client = open_client
        self._first_room = first_room or _GENERAL
        self._wanted: tuple[str, int] | None = None
        self._persons = persons = Persons(profile.name, self)
        self._standing = Standing(self)
        self._book = RoomBook(
            profile.label, self, persons, Drafts(profile.directory / "drafts.json"), self
        )
        self._account = Account(self, persons, self)
        self._latency = Latency(self)
        self._directory = DirectoryModel(self, self)
        self._people = MembersModel(None, self, persons, self)
        self._switcher = SwitcherModel(
            lambda: destinations(self._book, self._directory.found, persons), self
        )
        self._search = SearchModel(self, persons, self._room_name, self)
        self._reception = Reception(
            persons,
            self._standing,
            self._book,
            self._account,
            self._latency,
            self._directory,
            self._people,
            self,
        )
        self._connect()
        self._client = open_client()
        self._client.updates.connect(self._told)

    def _connect(self) -> None:
        book = self._book
        book.shown.connect(self.roomChanged)
        book.shown.connect(self._search.room_changed)
        book.notified.connect(self.notified)
        self._reception.opened.connect(self._opened)
        self._reception.renamed.connect(self.roomChanged)
        self._reception.warned.connect(self.warned)
        self._persons.changed.connect(book.refresh)
        self._standing.changed.connect(self.changed)
        self._account.failed.connect(self.failed)
        self._directory.changed.connect(lambda: book.on_found(self._directory.found))
        self._switcher.chosen.connect(self._go)
        self._search.chosen.connect(self.openMessage)

    def _room_name(self) -> str:
        return self._book.room.name if self._book.room is not None else ""

    # ── what the view reads ──────────────────────────────────────────────────────────────────────

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
        return self._persons.me

    @Property(str, notify=changed)
    def initials(self) -> str:
        """Of the name, for the avatar."""
        return words.initials(self._persons.title(self._persons.me))

    @Property(int, notify=changed)
    def tint(self) -> int:
        """0 to 7, which of the theme's eight colours."""
        return words.tint(self._persons.me)

    @Property(str, notify=changed)
    def avatar(self) -> str:
        """A picture's url, "" for none."""
        return self._persons.get(self._persons.me).avatar

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
        """ "You're offline. Messages are queued and sent when the server is back."."""
        return self._standing.banner_text

    @Property(str, notify=changed)
    def bannerDetail(self) -> str:
        """ "Reconnecting in 4 s", "3 messages wait", or ""."""
        return self._standing.banner_detail

    @Property(bool, notify=changed)
    def ended(self) -> bool:
        """The server refused this session, or the disk failed: only `reconnect` helps."""
        return self._standing.error is not None

    @Property(int, notify=changed)
    def unsent(self) -> int:
        """Own messages that are not acknowledged."""
        return self._standing.unsent

    @Property(int, notify=changed)
    def unread(self) -> int:
        """Unread messages in rooms that are not muted."""
        return self._book.unread

    @Property(int, notify=changed)
    def mentions(self) -> int:
        """Unread mentions and direct messages."""
        return self._book.mentions

    @Property(bool, constant=True)
    def directAvailable(self) -> bool:
        """Whether direct messages work."""
        return True

    @Property(bool, constant=True)
    def searchAvailable(self) -> bool:
        """Whether search works."""
        return True

    @Property(Latency, constant=True)
    def latency(self) -> Latency:
        """What the connection measures."""
        return self._latency

    @Property(RoomsModel, constant=True)
    def rooms(self) -> RoomsModel:
        """The person's rooms."""
        return self._book.model

    @Property(DirectoryModel, constant=True)
    def directory(self) -> DirectoryModel:
        """Rooms that can be found."""
        return self._directory

    @Property(MembersModel, constant=True)
    def people(self) -> MembersModel:
        """Everybody of the realm."""
        return self._people

    @Property(SwitcherModel, constant=True)
    def switcher(self) -> SwitcherModel:
        """Ctrl+K."""
        return self._switcher

    @Property(SearchModel, constant=True)
    def search(self) -> SearchModel:
        """Search, where `searchAvailable`."""
        return self._search

    @Property(Account, constant=True)
    def account(self) -> Account:
        """The person's devices, how they are shown, and invitations."""
        return self._account

    @Property(Room, notify=roomChanged)
    def room(self) -> Room | None:
        """The open room, or null."""
        return self._book.room

    @Slot(str)
    def openRoom(self, name: str) -> None:
        """Shows a room that the person is in."""
        self._book.show(name)

    @Slot(str, int)
    def openMessage(self, room: str, seq: int) -> None:
        """Shows a room, and brings a message there into sight: a link, a search result."""
        self._book.show(room)
        shown = self._book.room
        if shown is not None and shown.name == room:
            shown.timeline.jumpTo(seq)
        else:
            self.failed.emit(words.say("You are not in the room {}.").format(room))

    @Slot(int)
    def step(self, by: int) -> None:
        """Shows the next (1) or previous (-1) room of the list: Alt+Down, Alt+Up."""
        self._book.step(self._book.model.names, by)

    @Slot(int)
    def stepUnread(self, by: int) -> None:
        """The next or previous room with unread messages: Alt+Shift+Down, Alt+Shift+Up."""
        self._book.step(self._book.model.waiting_names, by)

    @Slot(str, bool, str)
    def createRoom(self, name: str, private: bool, description: str) -> None:
        """Makes a room, and shows it; `failed` says why not."""
        name = name.strip().removeprefix("#")

        async def work(chat: Chat) -> str:
            created = await chat.create(name, private=private, description=description.strip())
            await chat.enter(created)
            return created

        self.ask(work, self._entered)

    @Slot(str)
    def enterRoom(self, name: str) -> None:
        """Becomes a member of a room that can be found, and shows it."""

        async def work(chat: Chat) -> str:
            await chat.enter(name)
            return name

        self.ask(work, self._entered)

    @Slot(str)
    def talkTo(self, name: str) -> None:
        """Shows the direct room with somebody, or with several: "bob,carol"."""
        people = [name.strip().removeprefix("@") for name in name.split(",")]
        room = f"@{','.join(people)}"
        if self._book.has(room):
            self._book.show(room)
        else:
            self.ask(lambda chat: chat.direct(*people), self._entered)

    @Slot()
    def reconnect(self) -> None:
        """Tries again now; starts anew what has ended."""
        self._client.updates.disconnect(self._told)
        self._client.close()
        self._standing.begin()
        self._client = self._open_client()
        self._client.updates.connect(self._told)
        for room in self._book.open:
            self._client.look_at(room.name)
        self.changed.emit()

    # ── what its view-models ask ─────────────────────────────────────────────────────────────────

    def post(self, message: Outgoing) -> None:
        """Sends a message."""
        self._client.post(message)

    def look_at(self, room: str) -> None:
        """Loads and follows a room."""
        self._client.look_at(room)

    def ask(self, work: Work, done: Callable[[Any], None]) -> None:
        """Does something with the `Chat`."""
        self._client.ask(work, done)

    def link_to(self, room: str, seq: int) -> str:
        """A link to a message, for others who are in the room."""
        link = self._profile.link
        return str(MessageLink(link.host, link.port, link.key, room, seq))

    def follow(self, link: MessageLink) -> bool:
        """Goes to the message of a link; False where it is of another server."""
        if link.key != self._profile.link.key:
            return False
        if self._book.has(link.room):
            self.openMessage(link.room, link.seq)
        else:
            self._wanted = (link.room, link.seq)
            self.enterRoom(link.room)
        return True

    def close(self) -> None:
        """Ends the session; what is typed and what is unsent are on disk."""
        self._book.save()
        self._client.updates.disconnect(self._told)
        self._client.close()

    def set_active(self, active: bool) -> None:
        """Whether the person looks at this session: what is in sight then is read."""
        self._book.set_active(active)

    # ── what the network tells ───────────────────────────────────────────────────────────────────

    def _told(self, batch: Batch) -> None:
        self._reception.hear(batch)
        self.changed.emit()

    def _opened(self, room: str) -> None:
        """The person is in a room: shown if it is wanted, or where nothing is."""
        if self._wanted is not None and self._wanted[0] == room:
            self._go_to_wanted()
        elif self._book.room is None and room == self._first_room:
            self._book.show(room)

    def _go_to_wanted(self) -> None:
        assert self._wanted is not None, "somebody wants to be there"
        (name, seq), self._wanted = self._wanted, None
        if seq:
            self.openMessage(name, seq)
        else:
            self._book.show(name)

    # ── going places ─────────────────────────────────────────────────────────────────────────────

    def _entered(self, result: str | ChatError) -> None:
        if isinstance(result, ChatError):
            self._wanted = None
            self.failed.emit(result.message)
            return
        if self._wanted is None or self._wanted[0] != result:
            self._wanted = (result, 0)
        if self._book.has(result):
            self._go_to_wanted()  # else `RoomOpened` is under way

    def _go(self, kind: str, name: str) -> None:
        match kind:
            case "findable":
                self.enterRoom(name)
            case "person":
                self.talkTo(name)
            case _:
                self._book.show(name)
