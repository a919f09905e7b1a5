"""What the terminal client shows, without a terminal: rooms, timelines, unread counts, state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from zmqchat.client import ChatEvent

MOST_ENTRIES = 5_000
"""Entries of a room that are kept; older ones are read again when scrolled to."""


class Delivery(StrEnum):
    """What became of a message of one's own."""

    WAITING = "waiting"
    SENT = "sent"


@dataclass(slots=True, eq=False)
class Outgoing:
    """A message of one's own that was not heard in its room yet; `seq` once it is in the log."""

    text: str
    delivery: Delivery = Delivery.WAITING
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """What the client tells the person, at its place in a timeline. Nobody else sees it."""

    text: str
    failed: bool = False


Entry = ChatEvent | Remark


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person reads: the last entry in sight, by its number, and how many of its last lines
    are below the window. Neither what comes in nor what is read back moves it.
    """

    entry: int
    hidden: int


@dataclass(slots=True)
class Room:
    """A room's timeline as far as it is loaded. Messages up to `seen_to` never count as unread."""

    name: str
    entries: list[Entry] = field(default_factory=list)
    outgoing: list[Outgoing] = field(default_factory=list)
    first: int = 0
    """The number of `entries[0]`; it falls when older ones are read, and rises when they go."""
    place: Place | None = None
    """Where the person reads; None at the end, which follows what comes."""
    newest: int = 0
    """The seq of the newest loaded event."""
    seen_to: int = 0
    complete_to: int = 0
    unread: int = 0
    mentioned: bool = False
    new_from: int | None = None
    """The seq of the first message that came while the person looked elsewhere."""
    whole: bool = False
    """Whether there is nothing older than what is loaded."""

    @property
    def oldest(self) -> int | None:
        """The seq of the oldest loaded event."""
        return next((entry.seq for entry in self.entries if isinstance(entry, ChatEvent)), None)

    def message(self, seq: int) -> ChatEvent | None:
        """The loaded event with this seq."""
        found = self._index(seq)
        entry = self.entries[found] if found is not None else None
        return entry if isinstance(entry, ChatEvent) else None

    def _index(self, seq: int) -> int | None:
        for index in range(len(self.entries) - 1, -1, -1):
            entry = self.entries[index]
            if isinstance(entry, ChatEvent) and entry.seq <= seq:
                return index if entry.seq == seq else None
        return None

    def append(self, event: ChatEvent) -> None:
        """An event that follows those that are loaded; what it changes or removes is so here."""
        if event.seq <= self.newest:
            self._rewind(event.seq)
        self.entries.append(event)
        self.newest = event.seq
        self.whole |= event.seq == 1
        self._fold(event)
        self.outgoing = [m for m in self.outgoing if not 0 < (m.seq or 0) <= event.seq]
        if self.place is None and len(self.entries) > MOST_ENTRIES:
            gone = len(self.entries) - MOST_ENTRIES
            del self.entries[:gone]
            self.first += gone
            self.whole = False

    def _rewind(self, seq: int) -> None:
        """The server went back: what follows is its log now."""
        self.entries = [e for e in self.entries if isinstance(e, Remark) or e.seq < seq]
        self.place = None

    def clear(self) -> None:
        """Forgets what is loaded, before it is loaded anew."""
        self._rewind(0)
        self.newest = 0
        self.whole = False

    def _fold(self, event: ChatEvent) -> None:
        target = event.details.get("target")
        index = self._index(target) if isinstance(target, int) else None
        if index is None:
            return
        message = self.entries[index]
        assert isinstance(message, ChatEvent)
        if event.type == "redacted":
            self.entries[index] = replace(message, details={}, redacted=True)
        elif event.type == "edited" and not message.redacted:
            details = {**message.details, "text": event.text}
            self.entries[index] = replace(message, details=details, edited_at=event.sent_at)

    def prepend(self, events: Sequence[ChatEvent]) -> None:
        """Events before those that are loaded."""
        self.entries[:0] = events
        self.first -= len(events)
        self.newest = max(self.newest, events[-1].seq if events else 0)


class Conversation:
    """All rooms of one person, one of which is looked at."""

    def __init__(self, me: str) -> None:
        self.me = me
        self.state = "offline"
        self.people: set[str] = set()
        self.findable: set[str] = set()
        """Rooms that can be entered, as far as they are known."""
        self.rooms: dict[str, Room] = {}
        self.current: Room | None = None
        self.lobby = Room("")
        """Where remarks stand while there is no room."""

    @property
    def shown(self) -> Room:
        """The timeline that is looked at."""
        return self.current or self.lobby

    def open(self, name: str) -> Room:
        """The room with this name, added if it is new; the first one is looked at."""
        room = self.rooms.get(name)
        if room is None:
            room = self.rooms[name] = Room(name)
            self.rooms = dict(sorted(self.rooms.items()))
        if self.current is None:
            self.look_at(name)
        return room

    def find(self, name: str) -> Room | None:
        """The room that a person means by a name, whatever its case."""
        wanted = name.casefold()
        return next((room for room in self.rooms.values() if room.name.casefold() == wanted), None)

    def close(self, name: str) -> None:
        """The person is no longer in the room."""
        gone = self.rooms.pop(name, None)
        if gone is not None and gone is self.current:
            self.current = None
            if self.rooms:
                self.look_at(next(iter(self.rooms)))

    def look_at(self, name: str) -> None:
        """Shows a room; what is in sight counts as seen."""
        room = self.rooms[name]
        if self.current is not None and self.current is not room and not self.current.unread:
            self.current.new_from = None
        self.current = room
        self.settle()

    def settle(self) -> None:
        """What is at the end of the room that is looked at has been seen, if it is in sight."""
        if self.shown.place is None:
            self.shown.unread = 0
            self.shown.mentioned = False

    def step(self, by: int) -> None:
        """Looks at the next room (`by` 1) or the one before (-1), around the end."""
        names = list(self.rooms)
        if self.current is not None:
            self.look_at(names[(names.index(self.current.name) + by) % len(names)])

    def next_unread(self) -> None:
        """Looks at the next room with something unread: where one is mentioned first."""
        names = list(self.rooms)
        start = names.index(self.current.name) + 1 if self.current is not None else 0
        unread = [name for name in names[start:] + names[:start] if self.rooms[name].unread]
        if unread:
            self.look_at(min(unread, key=lambda name: not self.rooms[name].mentioned))

    @property
    def unread_elsewhere(self) -> int:
        """Unread messages in all rooms but the one that is looked at."""
        return sum(room.unread for room in self.rooms.values() if room is not self.current)

    def heard(self, name: str, event: ChatEvent) -> None:
        """An event that follows those that are loaded."""
        room = self.open(name)
        room.append(event)
        self.people.add(event.sender)
        in_sight = room is self.current and room.place is None
        others = event.type == "posted" and event.sender != self.me and event.seq > room.seen_to
        if others and not in_sight:
            room.unread += 1
            room.mentioned |= mentions(event.text or "", self.me)
            room.new_from = room.new_from or event.seq

    def read_back(self, name: str, events: Iterable[ChatEvent], *, whole: bool = False) -> None:
        """Events before those that are loaded; `whole` if there is nothing before them."""
        room = self.open(name)
        oldest = room.oldest
        older = [event for event in events if oldest is None or event.seq < oldest]
        self.people.update(event.sender for event in older)
        room.prepend(older)
        room.whole |= whole

    def say(self, name: str, text: str) -> Outgoing:
        """A message of one's own is on its way; it stays visible until it is in the log."""
        message = Outgoing(text)
        room = self.open(name)
        room.outgoing.append(message)
        room.new_from = None
        return message

    def sent(self, name: str, message: Outgoing, seq: int) -> None:
        """The server has it on disk at `seq`."""
        message.delivery, message.seq = Delivery.SENT, seq
        room = self.rooms.get(name)
        if room is not None and message in room.outgoing and seq <= room.newest:
            room.outgoing.remove(message)

    def failed(self, name: str, message: Outgoing, why: str) -> None:
        """It was refused for good; the text stays visible, with the reason."""
        room = self.rooms.get(name)
        if room is not None and message in room.outgoing:
            room.outgoing.remove(message)
        for line in (message.text, f"(not sent: {why})"):
            (room or self.shown).entries.append(Remark(line, failed=True))

    @property
    def unsent(self) -> int:
        """Messages of one's own that the server has not acknowledged."""
        return sum(
            message.delivery is Delivery.WAITING
            for room in self.rooms.values()
            for message in room.outgoing
        )

    def notice(self, text: str, room: str | None = None) -> None:
        """Something to tell the person, in a room or in the one that is looked at."""
        self.rooms.get(room or "", self.shown).entries.append(Remark(text))

    def names_to_complete(self) -> Iterator[str]:
        """What may be completed in the composer."""
        yield from sorted(f"@{name}" for name in self.people)
        yield from sorted(f"#{name}" for name in self.findable.union(self.rooms))


def mentions(text: str, name: str) -> bool:
    """Whether a text speaks to somebody: `@name` as a word of its own."""
    return bool(name) and bool(re.search(rf"(?<!\w)@{re.escape(name)}(?!\w)", text, re.IGNORECASE))
