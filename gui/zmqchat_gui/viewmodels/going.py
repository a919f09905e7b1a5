"""Going to rooms and messages, also to those that must be entered or made first."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from zmqchat.client import Chat
from zmqchat.errors import ChatError
from zmqchat_gui.bridge.client import Requests
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.roombook import RoomBook


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
        self._wanted: tuple[str, int] | None = None

    def to(self, room: str, seq: int) -> None:
        """To a message, in a room that may have to be entered first."""
        if self._book.has(room):
            self.to_message(room, seq)
        else:
            self._wanted = (room, seq)
            self.enter(room)

    def to_message(self, room: str, seq: int) -> None:
        """To a message of a room that the person is in."""
        self._book.show(room)
        shown = self._book.room
        if shown is not None and shown.name == room:
            shown.timeline.jumpTo(seq)
        else:
            self.failed.emit(words.say("You are not in the room {}.").format(room))

    def create(self, name: str, private: bool, description: str) -> None:
        """To a room that is made first."""
        name = name.strip().removeprefix("#")

        async def work(chat: Chat) -> str:
            created = await chat.create(name, private=private, description=description.strip())
            await chat.enter(created)
            return created

        self._requests.ask(work, self._entered)

    def enter(self, name: str) -> None:
        """To a room that can be found."""

        async def work(chat: Chat) -> str:
            await chat.enter(name)
            return name

        self._requests.ask(work, self._entered)

    def talk_to(self, name: str) -> None:
        """To the direct room with somebody, or with several: "bob,carol"."""
        people = [name.strip().removeprefix("@") for name in name.split(",")]
        room = f"@{','.join(people)}"
        if self._book.has(room):
            self._book.show(room)
        else:
            self._requests.ask(lambda chat: chat.direct(*people), self._entered)

    def choose(self, kind: str, name: str) -> None:
        """To what the switcher offered."""
        match kind:
            case "findable":
                self.enter(name)
            case "person":
                self.talk_to(name)
            case _:
                self._book.show(name)

    def opened(self, room: str) -> None:
        """The person is in a room: shown if it is wanted, or where nothing is."""
        if self._wanted is not None and self._wanted[0] == room:
            self._go_on()
        elif self._book.room is None and room == self._first_room:
            self._book.show(room)

    def _entered(self, result: str | ChatError) -> None:
        if isinstance(result, ChatError):
            self._wanted = None
            self.failed.emit(result.message)
            return
        if self._wanted is None or self._wanted[0] != result:
            self._wanted = (result, 0)
        if self._book.has(result):
            self._go_on()  # else `opened` is under way

    def _go_on(self) -> None:
        assert self._wanted is not None, "somebody wants to be there"
        (name, seq), self._wanted = self._wanted, None
        if seq:
            self.to_message(name, seq)
        else:
            self._book.show(name)
