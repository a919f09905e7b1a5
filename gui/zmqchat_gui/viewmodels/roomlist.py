"""The person's rooms, the rooms that can be found, and the switcher over both."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from zmqchat.client import Chat
from zmqchat.errors import ChatError
from zmqchat.protocol.display import bare, isolated
from zmqchat.protocol.who import Who
from zmqchat_gui.bridge.client import Requests
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.faces import FacedRows
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable
from zmqchat_gui.viewmodels.roomfacts import RoomFacts, key_of
from zmqchat_gui.viewmodels.rows import Rows

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1

LOOK_AGAIN_S = 60.0
"""For how long a list of the whole realm is good: it is long, and everybody has one."""


@dataclass(frozen=True, slots=True)
class RoomRow:
    """One of the person's rooms."""

    key: str
    name: str
    title: str
    kind: str
    description: str
    sectionText: str
    current: bool
    unread: int
    mentions: int
    muted: bool
    draft: bool
    waiting: int
    failed: bool
    initials: str
    tint: int
    who: Who | None
    presence: str
    archived: bool
    level: str


@dataclass(frozen=True, slots=True)
class FoundRoom:
    """A room that can be found."""

    id: int
    name: str
    title: str
    kind: str
    description: str
    members: int
    membersText: str
    joined: bool
    archived: bool = False

    @property
    def key(self) -> str:
        """Names the room to the views, whatever it is called."""
        return key_of(self.id)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the switcher leads."""

    kind: str
    key: str
    name: str
    title: str
    detail: str
    symbol: str
    tint: int
    unread: int = 0
    mentions: int = 0
    who: Who | None = None
    """The one person that it leads to, None where it is a room or several."""


@QmlElement
@QmlUncreatable("App.session.rooms")
class RoomsModel(FacedRows):
    """The rooms that the person is in: rooms by name, then direct rooms. Roles:
    - `key` string: for `Session.openRoom`; `name` string; `title` string: without # or @
    - `kind` "public" | "private" | "direct"; `description`
    - `sectionText` string: "Rooms" or "Direct messages" at the first row of a section, else ""
    - `current` bool: it is open
    - `unread`, `mentions` int (0 where nothing is to be shown); `muted` bool; `draft` bool
    - `waiting` int: own messages not yet sent; `failed` bool: one of them was refused
    - direct rooms: `initials`, `tint` int, `avatar`, `presence` "online" | "away" | "offline" | ""
    - `archived` bool; `level` "all" | "mentions" | "nothing": what the person is told of
    """

    ROLES: ClassVar = (
        "key",
        "name",
        "title",
        "kind",
        "description",
        "sectionText",
        "current",
        "unread",
        "mentions",
        "muted",
        "draft",
        "waiting",
        "failed",
        "initials",
        "tint",
        "avatar",
        "presence",
        "archived",
        "level",
    )

    shown = Signal()
    """Other rooms, another order, or something of them that waits to be read."""

    def show(self, rooms: Iterable[RoomFacts], current: int, drafts: Iterable[int]) -> None:
        """These rooms, of which one is open and some have drafts."""
        known = sorted(rooms, key=lambda facts: (facts.is_direct, facts.name.casefold(), facts.id))
        drafted = frozenset(drafts)
        rows, section = [], ""
        for facts in known:
            title = words.say("Direct messages" if facts.is_direct else "Rooms")
            rows.append(
                _row(facts, title if title != section else "", current, drafted, self._persons)
            )
            section = title
        self.replace(rows)
        self.shown.emit()

    @Slot(result=int)
    def openRow(self) -> int:
        """The row of the room that is open, or -1."""
        return next((row for row, room in enumerate(self._rows) if room.current), -1)

    @Slot(int, result=int)
    def waitingAbove(self, row: int) -> int:
        """The nearest row above this one that waits to be read, one with mentions or direct
        messages before others; -1 where none does.
        """
        return self._waiting(range(min(row, len(self._rows)) - 1, -1, -1))

    @Slot(int, result=int)
    def waitingBelow(self, row: int) -> int:
        """The nearest such row below this one."""
        return self._waiting(range(row + 1, len(self._rows)))

    def _waiting(self, rows: range) -> int:
        named = (row for row in rows if self._rows[row].mentions)
        unread = (row for row in rows if self._rows[row].unread)
        return next(named, next(unread, -1))

    @Slot(int, result=str)
    def titleAt(self, row: int) -> str:
        """What a room is called, with # unless it is a conversation; "" for no row."""
        if not 0 <= row < len(self._rows):
            return ""
        room: RoomRow = self._rows[row]
        return room.title if room.kind == "direct" else f"#{room.title}"

    @Slot(int, result=int)
    def mentionsAt(self, row: int) -> int:
        """How many mentions and direct messages a room has that are not read."""
        return self._rows[row].mentions if 0 <= row < len(self._rows) else 0

    @Slot(int, result=str)
    def keyAt(self, row: int) -> str:
        """The room of a row, for `Session.openRoom`."""
        return self._rows[row].key if 0 <= row < len(self._rows) else ""

    @property
    def keys(self) -> list[str]:
        """The rooms in their order."""
        return [row.key for row in self._rows]

    @property
    def waiting_keys(self) -> list[str]:
        """The rooms with something unread, in their order."""
        return [row.key for row in self._rows if row.unread or row.mentions]


def _row(
    facts: RoomFacts, section: str, current: int, drafted: frozenset[int], persons: Persons
) -> RoomRow:
    people = facts.people
    other = persons.get(people[0]) if len(people) == 1 else None
    title = room_title(facts, persons)
    return RoomRow(
        key=facts.key,
        name=facts.name,
        title=title,
        kind=facts.kind,
        description=facts.description,
        sectionText=section,
        current=facts.id == current,
        unread=0 if facts.muted else facts.unread,
        mentions=facts.mentions,
        muted=facts.muted,
        draft=facts.id in drafted and facts.id != current,
        waiting=0,
        failed=facts.failed,
        initials=words.initials(title),
        tint=words.tint(other.name if other else title),
        who=people[0] if other else None,
        presence=other.presence if other else "",
        archived=facts.archived,
        level=facts.level,
    )


def room_title(facts: RoomFacts, persons: Persons) -> str:
    """A room's name as it is shown: without # or @, people as they want to be called."""
    return ", ".join(map(persons.title, facts.people)) or isolated(facts.name)


@QmlElement
@QmlUncreatable("App.session.directory")
class DirectoryModel(Rows):
    """Rooms that can be found. Roles: `key`, `name`, `title`, `kind`, `description`, `members` int,
    `membersText`, `joined` bool. Read anew by `refresh`.
    """

    ROLES: ClassVar = (
        *("key", "name", "title", "kind", "description", "members", "membersText", "joined"),
    )

    changed = Signal()

    def __init__(self, requests: Requests, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._requests = requests
        self._loading = False
        self._error = ""
        self._filter = ""
        self._found: list[FoundRoom] = []
        self._read_at = -math.inf

    @Property(bool, notify=changed)
    def loading(self) -> bool:
        """Whether they are on their way."""
        return self._loading

    @Property(str, notify=changed)
    def error(self) -> str:
        """Why they could not be read, or ""."""
        return self._error

    @Property(str, notify=changed)
    def filter(self) -> str:
        """Shows only rooms with this in name or description."""
        return self._filter

    @filter.setter
    def filter(self, value: str) -> None:
        if value != self._filter:
            self._filter = value
            self._show()

    @Slot()
    def look(self) -> None:
        """Asks the server, unless it did so a moment ago."""
        if time.monotonic() - self._read_at > LOOK_AGAIN_S:
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Asks the server."""
        if self._loading:
            return
        self._loading, self._error = True, ""
        self.changed.emit()
        self._requests.ask(_directory, self._got)

    @property
    def found(self) -> list[FoundRoom]:
        """All of them, whatever the filter."""
        return self._found

    def _got(self, rooms: list[dict[str, Any]] | ChatError) -> None:
        self._loading = False
        if isinstance(rooms, ChatError):
            self._error = rooms.message
        else:
            self._found = [found_room(room) for room in rooms]
            self._read_at = time.monotonic()
        self._show()

    def _show(self) -> None:
        folded = self._filter.casefold()
        self.replace(
            room
            for room in self._found
            if room.kind != "direct"
            and (folded in room.name.casefold() or folded in room.description.casefold())
        )
        self.changed.emit()


async def _directory(chat: Chat) -> list[dict[str, Any]]:
    return await chat.rooms(pause_s=0.05)  # while somebody types what they look for


def found_room(room: dict[str, Any]) -> FoundRoom:
    """A room as the server tells of it."""
    members = words.count(room["members"], "{} member", "{} members")
    if room.get("invited"):
        members = words.say("You are invited, {}").format(members)
    return FoundRoom(
        id=room["room_id"],
        name=room["name"],
        title=room["name"],
        kind=room["kind"],
        description=room["description"],
        members=room["members"],
        membersText=members,
        joined=room["member"],
        archived=room["archived"],
    )


@QmlElement
@QmlUncreatable("App.session.switcher")
class SwitcherModel(FacedRows):
    """Ctrl+K: rooms and people that fit `query`, best first. Roles: `kind` "room" | "direct" |
    "person" | "findable"; `name`; `title`; `detail`; `symbol` ("#" or initials); `tint` int;
    `avatar` url; `unread`, `mentions` int.
    """

    ROLES: ClassVar = (
        "kind",
        "name",
        "title",
        "detail",
        "symbol",
        "tint",
        "avatar",
        "unread",
        "mentions",
    )
    changed = Signal()
    chosen = Signal(str, str)
    """Where to go: kind, and the room's key or the person's name."""

    def __init__(
        self,
        sources: Callable[[], Iterable[Destination]],
        persons: Persons,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(persons, parent)
        self._sources = sources
        self._query = ""

    @Property(str, notify=changed)
    def query(self) -> str:
        """What is typed."""
        return self._query

    @query.setter
    def query(self, value: str) -> None:
        self._query = value
        self.refresh()
        self.changed.emit()

    opened = Signal()
    """Somebody is about to look: what there is to find may be asked for."""

    @Slot()
    def refresh(self) -> None:
        """Looks again."""
        ranked = [(fit(self._query, place), place) for place in self._sources()]
        fits = sorted(
            ((rank, place) for rank, place in ranked if rank is not None),
            key=lambda pair: (pair[0], pair[1].title.casefold()),
        )
        self.replace(place for _, place in fits[:_MOST_DESTINATIONS])

    @Slot(int)
    def choose(self, row: int) -> None:
        """Goes there: opens the room, enters a findable one, or talks to the person."""
        if 0 <= row < len(self._rows):
            place: Destination = self._rows[row]
            self.chosen.emit(place.kind, place.key)


_MOST_DESTINATIONS = 30
_KINDS = ("room", "direct", "person", "findable")


def fit(query: str, place: Destination) -> tuple[int, ...] | None:
    """How well a place fits, the lower the better; None where it does not.

    With nothing typed: mentions first, then unread rooms, then the others.
    """
    title, folded = bare(place.title).casefold(), query.strip().lstrip("#@").casefold()
    kind = _KINDS.index(place.kind)
    if not folded:
        return (-place.mentions, -min(place.unread, 1), kind) if kind < 2 else None
    if title.startswith(folded):
        return 0, kind
    if any(word.startswith(folded) for word in _words(title)):
        return 1, kind
    if folded in title or folded in place.name.casefold():
        return 2, kind
    return (3, kind) if _has_letters(title, folded) else None


def _words(title: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in title).split()


def _has_letters(title: str, query: str) -> bool:
    """Whether the letters are in the title in this order."""
    rest = iter(title)
    return all(letter in rest for letter in query)
