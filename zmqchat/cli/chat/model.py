"""What the terminal client shows, without a terminal: rooms, timelines, unread counts, state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from zmqchat.client import ChatEvent

MOST_EVENTS = 5_000
"""Events of a room that are kept on the screen; older ones are read again when scrolled to."""


class Delivery(StrEnum):
    """What became of a message of one's own."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@dataclass(slots=True, eq=False)
class Outgoing:
    """A message of one's own that was not heard in its room yet; `seq` once it is in the log."""

    text: str
    delivery: Delivery = Delivery.WAITING
    seq: int | None = None
    why: str = ""


@dataclass(slots=True)
class Room:
    """A room's timeline as far as it is loaded. Messages up to `seen_to` never count as unread."""

    name: str
    events: list[ChatEvent] = field(default_factory=list)
    outgoing: list[Outgoing] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    unread: int = 0
    seen_to: int = 0
    complete_to: int = 0

    @property
    def oldest(self) -> int | None:
        """The seq of the oldest loaded event."""
        return self.events[0].seq if self.events else None

    @property
    def newest(self) -> int:
        """The seq of the newest loaded event, 0 where there is none."""
        return self.events[-1].seq if self.events else 0

    def settle(self) -> None:
        """Forgets outgoing messages that are among the events now."""
        self.outgoing = [
            message for message in self.outgoing if not 0 < (message.seq or 0) <= self.newest
        ]


class Conversation:
    """All rooms of one person, one of which is looked at."""

    def __init__(self, me: str) -> None:
        self.me = me
        self.state = "offline"
        self.people: set[str] = set()
        self.rooms: dict[str, Room] = {}
        self.current: Room | None = None

    def open(self, name: str) -> Room:
        """The room with this name, added if it is new; the first one is looked at."""
        room = self.rooms.get(name)
        if room is None:
            room = self.rooms[name] = Room(name)
            self.rooms = dict(sorted(self.rooms.items()))
        if self.current is None:
            self.look_at(name)
        return room

    def close(self, name: str) -> None:
        """The person is no longer in the room."""
        gone = self.rooms.pop(name, None)
        if gone is not None and gone is self.current:
            self.current = next(iter(self.rooms.values()), None)

    def look_at(self, name: str) -> None:
        """Shows a room; what is in it counts as seen."""
        room = self.rooms[name]
        room.unread = 0
        self.current = room

    def step(self, by: int) -> None:
        """Looks at the next room (`by` 1) or the one before (-1), around the end."""
        names = list(self.rooms)
        if self.current is not None and names:
            self.look_at(names[(names.index(self.current.name) + by) % len(names)])

    def heard(self, name: str, event: ChatEvent) -> None:
        """An event that follows those that are loaded."""
        room = self.open(name)
        if event.seq <= room.newest:  # the server went back: what follows is its log now
            room.events = [known for known in room.events if known.seq < event.seq]
        room.events.append(event)
        del room.events[:-MOST_EVENTS]
        room.settle()
        self.people.add(event.sender)
        others = event.type == "posted" and event.sender != self.me
        if others and room is not self.current and event.seq > room.seen_to:
            room.unread += 1

    def read_back(self, name: str, events: Iterable[ChatEvent]) -> None:
        """Events before those that are loaded."""
        room = self.open(name)
        oldest = room.oldest
        older = [event for event in events if oldest is None or event.seq < oldest]
        self.people.update(event.sender for event in older)
        room.events[:0] = older

    def say(self, name: str, text: str) -> Outgoing:
        """A message of one's own is on its way; it stays visible until it is in the log."""
        message = Outgoing(text)
        self.open(name).outgoing.append(message)
        return message

    def sent(self, name: str, message: Outgoing, seq: int) -> None:
        """The server has it on disk at `seq`."""
        message.delivery, message.seq = Delivery.SENT, seq
        self.open(name).settle()

    def failed(self, message: Outgoing, why: str) -> None:
        """It was refused for good; it stays visible, with the reason."""
        message.delivery, message.why = Delivery.FAILED, why

    def notice(self, text: str) -> None:
        """Something to tell the person in the room that is looked at."""
        if self.current is not None:
            self.current.notices.append(text)

    def names_to_complete(self) -> Iterator[str]:
        """What may be completed in the composer."""
        yield from sorted(f"@{name}" for name in self.people)
        yield from (f"#{name}" for name in self.rooms)
