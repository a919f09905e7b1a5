"""One server as one person: its state, its rooms, and the room that is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot
from PySide6.QtQml import QmlElement

from zmqchat.client import Chat, ChatEvent, Profile
from zmqchat.client.database import Damaged
from zmqchat.security.links import MessageLink
from zmqchat_gui.bridge.client import Requests
from zmqchat_gui.bridge.drafts import Drafts
from zmqchat_gui.bridge.outlet import Batch
from zmqchat_gui.bridge.worker import Work
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.account import Account
from zmqchat_gui.viewmodels.acquaintances import Acquaintances
from zmqchat_gui.viewmodels.attempt import Attempt
from zmqchat_gui.viewmodels.destinations import destinations
from zmqchat_gui.viewmodels.going import Going
from zmqchat_gui.viewmodels.latency import Latency
from zmqchat_gui.viewmodels.people import MembersModel
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable
from zmqchat_gui.viewmodels.reception import Reception
from zmqchat_gui.viewmodels.room import Room
from zmqchat_gui.viewmodels.roombook import RoomBook
from zmqchat_gui.viewmodels.roomlist import DirectoryModel, RoomsModel, SwitcherModel
from zmqchat_gui.viewmodels.search import SearchModel
from zmqchat_gui.viewmodels.sessionabout import SessionAbout

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1

_GENERAL = "general"


class Gateway(Requests, Protocol):
    """A running client: what can be asked of it, what it tells, and its end."""

    @property
    def updates(self) -> SignalInstance:
        """Emits batches of updates."""

    def restart(self) -> None:
        """Begins anew once it has ended; rooms are to be looked at again."""

    def close(self) -> None:
        """Ends it."""


@QmlElement
@QmlUncreatable("App.session")
class Session(SessionAbout):
    """A person at a server. `room` is what the window shows; others go on in the background."""

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
        super().__init__(profile, parent)
        persons = self._persons
        drafts = Drafts(profile.directory / "drafts.json")
        self._mended = False
        self.damage = drafts.damage
        """Where the file of what was typed is now, if it could not be read."""
        self._book = RoomBook(profile.label, self, persons, drafts, self)
        self._account = Account(self, persons, self)
        self._latency = Latency(self)
        self._directory = DirectoryModel(self, self)
        self._people = MembersModel(None, self, persons, self)
        self._going = Going(self, self._book, first_room or _GENERAL, self)
        self._switcher = SwitcherModel(
            lambda: destinations(self._book, self._directory.found, persons), persons, self
        )
        self._search = SearchModel(self, persons, self._room_id, self)
        self._reception = Reception(
            persons,
            self._standing,
            self._book,
            self._account,
            self._latency,
            Acquaintances(self, persons, self),
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
        book.warned.connect(self.warned)
        self._going.failed.connect(self.failed)
        self._reception.opened.connect(self._going.opened)
        self._reception.renamed.connect(self.roomChanged)
        self._reception.warned.connect(self.warned)
        self._persons.changed.connect(book.refresh)
        self._account.failed.connect(self.failed)
        self._directory.changed.connect(lambda: book.on_found(self._directory.found))
        self._switcher.chosen.connect(self._going.choose)
        self._switcher.opened.connect(self._directory.look)
        self._switcher.opened.connect(self._people.look)
        self._directory.changed.connect(self._switcher.refresh)
        self._persons.changed.connect(self._switcher.refresh)
        self._search.chosen.connect(self._going.to_message)

    def _room_id(self) -> int:
        return self._book.room.id if self._book.room is not None else 0

    # ── what the view reads ──────────────────────────────────────────────────────────────────────

    @Property(int, notify=SessionAbout.changed)
    def unread(self) -> int:
        """Unread messages in rooms that are not muted."""
        return self._book.unread

    @Property(int, notify=SessionAbout.changed)
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

    @Property(Attempt, constant=True)
    def going(self) -> Attempt:
        """Making or entering a room: under way, refused, or done."""
        return self._going.attempt

    @Slot(str, result=str)
    def roomNameError(self, name: str) -> str:
        """What keeps a room from being called this, or ""."""
        return words.wrong_room_name(name)

    @Property(Room, notify=roomChanged)
    def room(self) -> Room | None:
        """The open room, or null."""
        return self._book.room

    @Slot(str)
    def openRoom(self, room: str) -> None:
        """Shows a room that the person is in, by its key, or by its name."""
        self._going.show(room)

    def open_message(self, room: int, seq: int) -> None:
        """Shows a room, and brings a message there into sight."""
        self._going.to_message(room, seq)

    @Slot(int)
    def step(self, by: int) -> None:
        """Shows the next (1) or previous (-1) room of the list: Alt+Down, Alt+Up."""
        self._book.step(self._book.model.keys, by)

    @Slot(int)
    def stepUnread(self, by: int) -> None:
        """The next or previous room with unread messages: Alt+Shift+Down, Alt+Shift+Up."""
        self._book.step(self._book.model.waiting_keys, by)

    @Slot(str, bool, str)
    def createRoom(self, name: str, private: bool, description: str) -> None:
        """Makes a room, and shows it; `going` says why not."""
        self._going.create(name, private, description)

    @Slot(str)
    def enterRoom(self, room: str) -> None:
        """Becomes a member of a room that can be found, by key or name, and shows it: `going`."""
        self._going.enter(room)

    @Slot(str)
    def talkTo(self, name: str) -> None:
        """Shows the direct room with somebody, or with several: "bob,carol"."""
        self._going.talk_to(name)

    @Slot()
    def reconnect(self) -> None:
        """Tries again now; starts anew what has ended."""
        if self.ended:
            self._start_anew()
        else:
            self.ask(_reconnect_now, lambda _result: None)

    def _start_anew(self) -> None:
        self._standing.begin()
        self._client.restart()
        for room in self._book.open:
            self._client.look_at(room.id)
            room.resubmit()
        self.changed.emit()

    # ── what its view-models ask ─────────────────────────────────────────────────────────────────

    def submit(self, event: ChatEvent) -> None:
        """Sends an event that has no seq yet."""
        self._book.deliveries.submitted(event)
        self._client.submit(event)

    def look_at(self, room: int) -> None:
        """Loads and follows a room."""
        self._client.look_at(room)

    def ask(self, work: Work, done: Callable[[Any], None]) -> None:
        """Does something with the `Chat`."""
        self._client.ask(work, done)

    def link_to(self, room: int, seq: int) -> str:
        """A link to a message, for others who are in the room."""
        link = self._profile.link
        return str(MessageLink(link.host, link.port, link.key, room, seq))

    def follow(self, link: MessageLink) -> bool:
        """Goes to the message of a link; False where it is of another server."""
        if link.key != self._profile.link.key:
            return False
        self._going.to(link.room, link.seq)
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
        if isinstance(self._standing.error, Damaged) and not self._mended:
            self._mended = True  # once: a disk that fails again and again is the person's to see
            self._start_anew()
        self.changed.emit()


async def _reconnect_now(chat: Chat) -> None:
    chat.reconnect_now()
