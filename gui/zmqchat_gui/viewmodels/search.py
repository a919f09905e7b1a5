"""Search, in the open room or everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import ClassVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from zmqchat.client import Chat, ChatMessage, FoundMessages
from zmqchat.errors import ChatError
from zmqchat.protocol.display import isolated
from zmqchat.protocol.who import Who
from zmqchat.search.text import folded, found_in
from zmqchat_gui.bridge.client import Requests
from zmqchat_gui.bridge.entries import entry_of_message
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.faces import FacedRows
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable
from zmqchat_gui.viewmodels.richtext import one_line, plain_text

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1

_PAUSE_MS = 250
_MOST = 100
_AROUND = 60
_LONGEST = 300
_WORD = re.compile(r'(?:^|(?<=\s))(?:(?:from|in|before|after|has):\S+|"([^"]+)"?|(\S+))')


@dataclass(frozen=True, slots=True)
class Found:
    """A message that a search found."""

    roomId: int
    room: str
    roomTitle: str
    seq: int
    senderTitle: str
    initials: str
    tint: int
    who: Who
    timeText: str
    html: str
    plain: str


@QmlElement
@QmlUncreatable("App.session.search")
class SearchModel(FacedRows):
    """What a search found, newest first. Roles: `room`, `roomTitle`, `seq`, `senderTitle`,
    `initials`, `tint`, `avatar`, `timeText`, `html` (safe rich text, hits marked by <b>),
    `plain` (the same without marks).
    """

    ROLES: ClassVar = (
        "room",
        "roomTitle",
        "seq",
        "senderTitle",
        "initials",
        "tint",
        "avatar",
        "timeText",
        "html",
        "plain",
    )

    changed = Signal()
    chosen = Signal(object, int)
    """Where to go: the room's id, and the seq."""

    def __init__(
        self,
        requests: Requests,
        persons: Persons,
        room: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(persons, parent)
        self._requests = requests
        self._room = room
        self._query = ""
        self._everywhere = False
        self._asked = 0
        self._busy = False
        self._message = ""
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._ask)

    @Property(str, notify=changed)
    def query(self) -> str:
        """What is looked for; it is asked for a moment after the last key."""
        return self._query

    @query.setter
    def query(self, value: str) -> None:
        if value != self._query:
            self._query = value
            self._pause.start()
            self.changed.emit()

    @Property(bool, notify=changed)
    def everywhere(self) -> bool:
        """In all rooms, or the open one only."""
        return self._everywhere

    @everywhere.setter
    def everywhere(self, value: bool) -> None:
        if value != self._everywhere:
            self._everywhere = value
            self._ask()

    @Property(bool, notify=changed)
    def busy(self) -> bool:
        """Whether the server is being asked."""
        return self._busy

    @Property(str, notify=changed)
    def message(self) -> str:
        """ "Nothing found", what may be missing, an error, or ""."""
        return self._message

    @Slot(int)
    def open(self, row: int) -> None:
        """Goes to the message."""
        if 0 <= row < len(self._rows):
            found: Found = self._rows[row]
            self.chosen.emit(found.roomId, found.seq)

    def room_changed(self) -> None:
        """Another room is open: what is looked for there is not what was found."""
        if not self._everywhere and self._query.strip():
            self._ask()

    def _ask(self) -> None:
        self._pause.stop()
        self._asked += 1
        query, number = self._query.strip(), self._asked
        room = None if self._everywhere else self._room() or None
        self._message = ""
        self._busy = bool(query)
        if query:

            async def work(chat: Chat) -> FoundMessages:
                return await chat.search(query, room, limit=_MOST)

            self._requests.ask(work, lambda result: self._got(number, result))
        else:
            self.replace([])
        self.changed.emit()

    def _got(self, number: int, result: FoundMessages | ChatError) -> None:
        if number != self._asked:  # something else was typed meanwhile
            return
        self._busy = False
        if isinstance(result, ChatError):
            self._message = result.message
            self.replace([])
        else:
            self._message = result.doubt or ("" if result else words.say("Nothing found"))
            hits = _hits(self._query)
            self.replace(self._found(message, hits) for message in result)
        self.changed.emit()

    def _found(self, message: ChatMessage, hits: re.Pattern[str] | None) -> Found:
        entry = entry_of_message(message)
        person = self._persons.get(entry.sender)
        plain = plain_text(entry.text)
        if hits and not found_in(plain, hits) and found_in(entry.text, hits):
            plain = entry.text  # it is in what is not shown: where a link leads
        line = _around(plain, hits)
        title, direct = person.shown, message.room.startswith("@")
        return Found(
            roomId=message.room_id,
            room=message.room,
            roomTitle=isolated(message.room if direct else f"#{message.room}"),
            seq=entry.seq,
            senderTitle=title,
            initials=words.initials(title),
            tint=words.tint(person.name),
            who=entry.sender,
            timeText=words.full_time(entry.time_us),
            html=_marked(line, hits),
            plain=line,
        )


def _hits(query: str) -> re.Pattern[str] | None:
    """Finds the words of a query in the form in which texts are searched, its filters left out."""
    terms = filter(None, (folded(phrase or word) for phrase, word in _WORD.findall(query)))
    pattern = "|".join(map(re.escape, sorted(terms, key=len, reverse=True)))
    return re.compile(pattern.replace(r"\ ", " +")) if pattern else None


def _around(text: str, hits: re.Pattern[str] | None) -> str:
    """The text around its first hit, on one line."""
    found = found_in(text, hits) if hits else []
    start = max(0, found[0][0] - _AROUND) if found else 0
    return ("\N{HORIZONTAL ELLIPSIS}" if start else "") + one_line(text[start:], _LONGEST)


def _marked(line: str, hits: re.Pattern[str] | None) -> str:
    """A line as safe rich text with the hits in bold."""
    if hits is None:
        return escape(line)
    html, at = [], 0
    for start, end in found_in(line, hits):
        html += [escape(line[at:start]), "<b>", escape(line[start:end]), "</b>"]
        at = end
    return "".join([*html, escape(line[at:])])
