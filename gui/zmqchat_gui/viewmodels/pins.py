"""What is pinned to a room, and what the person pins there before the server confirms it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtQml import QmlElement

from zmqchat.client import Chat, ChatEvent, ChatMessage
from zmqchat.errors import ChatError
from zmqchat.protocol.who import Who
from zmqchat_gui.bridge.client import Requests
from zmqchat_gui.bridge.entries import entry_of_message
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.faces import FacedRows
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.qt import QmlUncreatable
from zmqchat_gui.viewmodels.richtext import one_line, plain_text
from zmqchat_gui.viewmodels.timeline import TimelineModel

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1

_PINS = frozenset({"pinned", "unpinned"})


@dataclass(frozen=True, slots=True)
class Pin:
    """A pinned message."""

    seq: int
    senderTitle: str
    initials: str
    tint: int
    who: Who
    timeText: str
    plain: str


@QmlElement
@QmlUncreatable("App.session.room.pins")
class PinsModel(FacedRows):
    """Pinned messages, the newest first. Roles: `seq`, `senderTitle`, `initials`, `tint`,
    `avatar`, `timeText`, `plain`.
    """

    ROLES: ClassVar = ("seq", "senderTitle", "initials", "tint", "avatar", "timeText", "plain")

    failed = Signal(str)

    def __init__(
        self,
        timeline: TimelineModel,
        requests: Requests,
        persons: Persons,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(persons, parent)
        self._timeline = timeline
        self._requests = requests
        self._messages: dict[int, ChatMessage] = {}
        self._unknown: set[int] = set()
        """Messages that were pinned or unpinned, and are not known yet."""
        self._loading = self._stale = False
        timeline.happened.connect(self._happened)
        timeline.modelReset.connect(self._look_again)

    def refresh(self) -> None:
        """Asks the server; once more afterwards where it is asked meanwhile."""
        self._stale = self._loading
        if self._loading:
            return
        self._loading = True
        room = self._timeline.room.id

        async def work(chat: Chat) -> list[ChatMessage]:
            return await chat.pins(room)

        self._requests.ask(work, self._got)

    def _got(self, pins: list[ChatMessage] | ChatError) -> None:
        self._loading = False
        if isinstance(pins, ChatError):
            self.failed.emit(pins.message)
        else:
            self._take(pins)
        if self._stale:
            self.refresh()

    def _take(self, pins: list[ChatMessage]) -> None:
        """What the server says; what the person did since lies over it, and waits for its turn."""
        log = self._timeline.log
        log.learn(pins)
        waiting = {seq: held for seq, held in self._messages.items() if seq in log.changing}
        self._messages = waiting | {message.seq: message for message in pins}
        self._unknown &= log.changing
        self._look_again()

    def _happened(self, events: Sequence[ChatEvent]) -> None:
        """Something was done to messages, perhaps to one that is pinned, or is now."""
        self._unknown |= {event.target or 0 for event in events if event.type in _PINS}
        self._look()
        if self._unknown:
            self.refresh()
        if not self._messages.keys().isdisjoint(event.target or 0 for event in events):
            self._show()

    def _look_again(self) -> None:
        """The room was read anew."""
        self._look()
        self._show()

    def _look(self) -> None:
        for seq in list(self._unknown):
            message = self._timeline.log.message(seq)
            if message is not None:
                self._messages[seq] = message
                self._unknown.discard(seq)

    def _show(self) -> None:
        log = self._timeline.log
        messages = [log.message(seq) or held for seq, held in sorted(self._messages.items())]
        self.replace(self._pin(message) for message in reversed(messages) if message.pinned)

    def _pin(self, message: ChatMessage) -> Pin:
        entry = entry_of_message(message)
        person = self._persons.get(entry.sender)
        title = person.shown
        return Pin(
            seq=entry.seq,
            senderTitle=title,
            initials=words.initials(title),
            tint=words.tint(person.name),
            who=entry.sender,
            timeText=words.full_time(entry.time_us),
            plain=one_line(plain_text(entry.text)),
        )
