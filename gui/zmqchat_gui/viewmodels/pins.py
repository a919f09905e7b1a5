"""What is pinned to a room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtQml import QmlElement

from zmqchat.client import Chat, ChatMessage
from zmqchat.errors import ChatError
from zmqchat_gui.bridge.client import Requests
from zmqchat_gui.bridge.entries import entry_of_message
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.qt import QmlUncreatable
from zmqchat_gui.viewmodels.richtext import Names, one_line, render
from zmqchat_gui.viewmodels.rows import Rows

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1


@dataclass(frozen=True, slots=True)
class Pin:
    """A pinned message."""

    seq: int
    senderTitle: str
    initials: str
    tint: int
    avatar: str
    timeText: str
    plain: str


@QmlElement
@QmlUncreatable("App.session.room.pins")
class PinsModel(Rows):
    """Pinned messages, the newest first. Roles: `seq`, `senderTitle`, `initials`, `tint`,
    `avatar`, `timeText`, `plain`.
    """

    ROLES: ClassVar = ("seq", "senderTitle", "initials", "tint", "avatar", "timeText", "plain")

    failed = Signal(str)

    def __init__(
        self, room: str, requests: Requests, persons: Persons, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.room = room
        """The room's name."""
        self._requests = requests
        self._persons = persons

    def refresh(self) -> None:
        """Asks the server."""
        room = self.room

        async def work(chat: Chat) -> list[ChatMessage]:
            return await chat.pins(room)

        self._requests.ask(work, self._got)

    def _got(self, pins: list[ChatMessage] | ChatError) -> None:
        if isinstance(pins, ChatError):
            self.failed.emit(pins.message)
        else:
            self.replace(self._pin(message) for message in reversed(pins))

    def _pin(self, message: ChatMessage) -> Pin:
        entry, person = entry_of_message(message), self._persons.get(message.sender)
        title = person.title or person.name
        return Pin(
            seq=entry.seq,
            senderTitle=title,
            initials=words.initials(title),
            tint=words.tint(person.name),
            avatar=person.avatar,
            timeText=words.full_time(entry.time_us),
            plain=one_line(render(entry.text, Names()).plain),
        )
