"""Going to rooms and messages, also to those that must be entered or made first."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from zmqchat.client import Chat
from zmqchat.client.naming import RoomRef
from zmqchat_gui.bridge.client import Requests
from zmqchat_gui.bridge.worker import Work
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.attempt import Attempt
from zmqchat_gui.viewmodels.roombook import RoomBook
from zmqchat_gui.viewmodels.roomfacts import room_of


class Going(QObject):
    """Where the person wants to be; `failed` says why they cannot."""

    failed = Signal(str)

    def __init__(
        self, requests: Requests, book: RoomBook, first_room: str, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._requests = requests
        self._book = book
        self._first_room = first_room
        self._wanted: tuple[int, int] | None = None
        self.attempt = Attempt(self)
        """Becoming a member of a room, or making one."""
        self.attempt.failed.connect(self.failed)

    def to(self, room: int, seq: int) -> None:
        """To a message, in a room that may have to be entered first."""
        if self._book.has(room):
            self.to_message(room, seq)
        else:
            self._wanted = (room, seq)
            self._enter(room)

    def to_message(self, room: int, seq: int) -> None:
        """To a message of a room that the person is in."""
        self._book.show(room)
        shown = self._book.room
        if shown is not None and shown.id == room:
            shown.timeline.jumpTo(seq)
        else:
            self.failed.emit(words.say("You are not in that room."))

    def create(self, name: str, private: bool, description: str) -> None:
        """To a room that is made first."""
        name = name.strip().removeprefix("#")

        async def work(chat: Chat) -> int:
            created = await chat.create(name, private=private, description=description.strip())
            await chat.enter(created)
            return (await chat.find(created)).id

        self._ask(work)

    def enter(self, text: str) -> None:
        """To a room that can be found, by its key or its name."""
        room = room_of(text)
        self._enter(text if room is None else room)

    def _enter(self, room: RoomRef) -> None:
        async def work(chat: Chat) -> int:
            await chat.enter(room)
            return (await chat.find(room)).id

        self._ask(work)

    def talk_to(self, names: str) -> None:
        """To the direct room with somebody, or with several: "bob,carol"."""
        talk = f"@{names.removeprefix('@')}"
        known = self._book.named(talk)
        if known is not None:
            self._book.show(known)
            return

        async def work(chat: Chat) -> int:
            return (await chat.find(talk)).id

        self._ask(work)

    def choose(self, kind: str, key: str) -> None:
        """To what the switcher offered."""
        match kind:
            case "findable":
                self.enter(key)
            case "person":
                self.talk_to(key)
            case _:
                self.show(key)

    def show(self, text: str) -> None:
        """To a room that the person is in, by its key or its name."""
        room = self._book.named(text)
        if room is not None:
            self._book.show(room)

    def opened(self, room: int) -> None:
        """The person is in a room: shown if it is wanted, or where nothing is."""
        if self._wanted is not None and self._wanted[0] == room:
            self._go_on()
        elif self._book.room is None and room == self._book.named(self._first_room):
            self._book.show(room)

    def _ask(self, work: Work) -> None:
        self.attempt.make(self._requests, work, self._entered, self._stay)

    def _stay(self) -> None:
        self._wanted = None

    def _entered(self, room: int) -> None:
        if self._wanted is None or self._wanted[0] != room:
            self._wanted = (room, 0)
        if self._book.has(room):
            self._go_on()  # else `opened` is under way

    def _go_on(self) -> None:
        assert self._wanted is not None, "somebody wants to be there"
        (room, seq), self._wanted = self._wanted, None
        if seq:
            self.to_message(room, seq)
        else:
            self._book.show(room)
