"""What the terminal client shows, without a terminal: rooms, timelines, unread counts, state."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from zmqchat.client import ChatEvent
from zmqchat.client.account import RoomState
from zmqchat.client.changes import Known, nobody
from zmqchat.client.folding import Folding
from zmqchat.client.messages import ChatMessage
from zmqchat.client.naming import Where
from zmqchat.protocol.mentions import EVERYBODY_NAME
from zmqchat.protocol.names import user_key
from zmqchat.protocol.who import EVERYBODY, Who

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


Entry = ChatMessage | ChatEvent | Remark

FOLDED: Final = frozenset({"edited", "redacted", "reacted", "unreacted"})
"""Events that are seen at the message that they change, and stand nowhere by themselves."""


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

    id: int
    name: str
    known: Known = nobody
    """Who is mentioned by a name, as far as it matters to this person."""
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
    muted: bool = False
    new_from: int | None = None
    """The seq of the first message that came while the person looked elsewhere."""
    whole: bool = False
    """Whether there is nothing older than what is loaded."""
    typing: dict[int, str] = field(default_factory=dict)
    """Who is writing something just now."""
    people: tuple[int, ...] = ()
    """The others in a conversation."""
    _folding: Folding | None = None

    @property
    def folding(self) -> Folding:
        """The messages that are loaded, with what happened to them folded in."""
        if self._folding is None:
            self._folding = Folding(known=self.known)
        return self._folding

    @property
    def label(self) -> str:
        """The name as it is shown."""
        return shown_as(self.name)

    @property
    def oldest(self) -> int | None:
        """The seq of the oldest loaded event."""
        return next((entry.seq for entry in self.entries if not isinstance(entry, Remark)), None)

    def message(self, seq: int) -> ChatMessage | None:
        """The loaded message with this seq."""
        return self.folding.messages.get(seq)

    def last_of(self, sender: int) -> ChatMessage | None:
        """The newest message of somebody that still has a text."""
        messages = (entry for entry in reversed(self.entries) if isinstance(entry, ChatMessage))
        return next((m for m in messages if m.sender_id == sender and not m.redacted), None)

    def append(self, event: ChatEvent) -> None:
        """An event that follows those that are loaded; what it changes or removes is so here."""
        changed = self.folding.apply([event])
        if event.type == "posted":
            self.entries.append(self.folding.messages[event.seq])
            self.typing.pop(event.sender_id, None)
        elif event.type not in FOLDED:
            self.entries.append(event)
        self._show(changed - {event.seq})
        self.newest = event.seq
        self.whole |= event.seq == 1
        self.outgoing = [m for m in self.outgoing if not 0 < (m.seq or 0) <= event.seq]
        if self.place is None and len(self.entries) > MOST_ENTRIES:
            self._forget(len(self.entries) - MOST_ENTRIES)

    def _show(self, changed: Iterable[int]) -> None:
        """Puts messages as they are now in the place of what they were."""
        for seq in changed:
            index = self._index(seq)
            if index is not None:
                self.entries[index] = self.folding.messages[seq]

    def _index(self, seq: int) -> int | None:
        for index in range(len(self.entries) - 1, -1, -1):
            entry = self.entries[index]
            if not isinstance(entry, Remark) and entry.seq <= seq:
                return index if entry.seq == seq else None
        return None

    def _forget(self, count: int) -> None:
        for entry in self.entries[:count]:
            if isinstance(entry, ChatMessage):
                self.folding.messages.pop(entry.seq, None)
        del self.entries[:count]
        self.first += count
        self.whole = False

    def load(self, page: Sequence[ChatMessage]) -> None:
        """Forgets what is loaded; the page's messages are shown when their events come."""
        self.entries = [entry for entry in self.entries if isinstance(entry, Remark)]
        self._folding = Folding(page, self.known)
        self.place = None
        self.newest = 0
        self.whole = False

    def prepend(self, page: Sequence[ChatMessage]) -> None:
        """Messages before those that are loaded."""
        changed = self.folding.add(page)
        self._show(changed - {message.seq for message in page})
        self.entries[:0] = [self.folding.messages[message.seq] for message in page]
        self.first -= len(page)
        self.newest = max(self.newest, page[-1].seq if page else 0)


def calls(message: ChatMessage, user: int) -> bool:
    """Whether a message of somebody else mentions this user."""
    return message.sender_id != user and not {user, EVERYBODY}.isdisjoint(message.mentions)


def shown_as(name: str) -> str:
    """A room's name as it is shown: `#general`, and `@bob` for the talk with bob."""
    return name if name.startswith("@") else f"#{name}"


@dataclass(frozen=True, slots=True)
class Met:
    """What somebody is called now, and was called before."""

    name: str
    former: tuple[str, ...] = ()


class Conversation:
    """All rooms of one person, one of which is looked at. Rooms and people are known by id."""

    def __init__(self, me: Who) -> None:
        self.me = me
        self.state = "offline"
        self.people: dict[int, Met] = {}
        self.presence: dict[int, str] = {}
        """Who is online, away or offline, as far as it is known."""
        self.ignored: Container[int] = ()
        """Whose messages are not shown."""
        self.findable: set[str] = set()
        """Rooms that can be entered, as far as they are known."""
        self.rooms: dict[int, Room] = {}
        self.current: Room | None = None
        self.lobby = Room(0, "")
        """Where remarks stand while there is no room."""

    @property
    def shown(self) -> Room:
        """The timeline that is looked at."""
        return self.current or self.lobby

    def open(self, where: Where, people: Iterable[Who] = ()) -> Room:
        """The room, added if it is new, and called so from now on; the first one is looked at.

        `people` are the others in a conversation.
        """
        room = self.rooms.get(where.id)
        if room is None or room.name != where.name:
            room = room or Room(where.id, where.name, self._called)
            room.name = where.name
            self.rooms[where.id] = room
            self._sort()
        if people:
            room.people = tuple(who.id for who in people)
        if self.current is None:
            self.look_at(where.id)
        return room

    def _sort(self) -> None:
        """Rooms by name, talks with people behind them."""
        self.rooms = dict(
            sorted(self.rooms.items(), key=lambda item: (item[1].name[:1] == "@", item[1].name))
        )

    def _called(self, name: str) -> int | None:
        """Mentions that matter to this person: the own name, and everybody."""
        wanted = user_key(name)
        if wanted == user_key(self.me.name):
            return self.me.id
        return EVERYBODY if wanted == user_key(EVERYBODY_NAME) else None

    def calls_me(self, message: ChatMessage) -> bool:
        """Whether a message of somebody else mentions the person."""
        return calls(message, self.me.id)

    def name_of(self, user: int, then: str) -> str:
        """What somebody is called now, who was called `then`."""
        met = self.people.get(user)
        return then if met is None else met.name

    def close(self, room: int) -> None:
        """The person is no longer in the room."""
        gone = self.rooms.pop(room, None)
        if gone is not None and gone is self.current:
            self.current = None
            if self.rooms:
                self.look_at(next(iter(self.rooms)))

    def look_at(self, number: int) -> None:
        """Shows a room; what is in sight counts as seen."""
        room = self.rooms[number]
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
        rooms = list(self.rooms)
        if self.current is not None:
            self.look_at(rooms[(rooms.index(self.current.id) + by) % len(rooms)])

    def next_unread(self) -> None:
        """Looks at the next room with something unread: where one is mentioned first."""
        rooms = list(self.rooms.values())
        start = rooms.index(self.current) + 1 if self.current is not None else 0
        unread = [room for room in rooms[start:] + rooms[:start] if room.unread]
        if unread:
            self.look_at(min(unread, key=lambda room: not room.mentioned).id)

    @property
    def unread_elsewhere(self) -> int:
        """Unread messages in all rooms but the one that is looked at."""
        return sum(room.unread for room in self.rooms.values() if room is not self.current)

    def heard(self, event: ChatEvent) -> None:
        """An event that follows those that are loaded of its room."""
        room = self.open(Where(event.room_id, event.room))
        room.append(event)
        self.people.setdefault(event.sender_id, Met(event.sender))
        mine = event.sender_id == self.me.id
        others = event.type == "posted" and not mine and event.sender_id not in self.ignored
        if others and event.seq > room.seen_to and not self.in_sight(room):
            message = room.message(event.seq)
            room.unread += not room.muted
            room.mentioned |= message is not None and self.calls_me(message)
            room.new_from = room.new_from or event.seq

    def met(self, people: Iterable[Mapping[str, Any]]) -> None:
        """People who were asked for: they can be completed, and it is known who is there."""
        for person in people:
            self.people[person["user_id"]] = Met(person["name"], tuple(person["former"]))
            self.presence[person["user_id"]] = person["presence"]

    def called_anew(self, user: int, name: str, before: str) -> None:
        """Somebody has another name."""
        former = self.people.get(user, Met(before)).former
        self.people[user] = Met(name, (*(each for each in former if each != name), before))
        if user == self.me.id:
            self.me = Who(user, name)

    def in_sight(self, room: Room) -> bool:
        """Whether the person sees what comes at the end of the room."""
        return room is self.current and room.place is None

    def counted(self, counts: Mapping[int, RoomState]) -> None:
        """What the server counts, alike on all of the person's devices."""
        for number, count in counts.items():
            room = self.rooms.get(number)
            if room is None:
                continue
            room.muted = count.muted
            if not self.in_sight(room):
                room.unread = 0 if count.muted else count.unread
                room.mentioned = count.mentions > 0
                if not count.unread and not count.mentions:
                    room.new_from = None

    def read_back(self, room: Room, page: Iterable[ChatMessage], *, whole: bool = False) -> None:
        """Messages before those that are loaded; `whole` if there is nothing before them."""
        oldest = room.oldest
        older = [message for message in page if oldest is None or message.seq < oldest]
        for message in reversed(older):
            self.people.setdefault(message.sender_id, Met(message.sender))
        room.prepend(older)
        room.whole |= whole

    def say(self, room: Room, text: str) -> Outgoing:
        """A message of one's own is on its way; it stays visible until it is in the log."""
        message = Outgoing(text)
        room.outgoing.append(message)
        room.new_from = None
        return message

    def sent(self, room: Room, message: Outgoing, seq: int) -> None:
        """The server has it on disk at `seq`."""
        message.delivery, message.seq = Delivery.SENT, seq
        if message in room.outgoing and seq <= room.newest:
            room.outgoing.remove(message)

    def failed(self, room: Room, message: Outgoing, why: str) -> None:
        """It was refused for good; the text stays visible, with the reason."""
        if message in room.outgoing:
            room.outgoing.remove(message)
        seen = room if room.id in self.rooms else self.shown
        for line in (message.text, f"(not sent: {why})"):
            seen.entries.append(Remark(line, failed=True))

    @property
    def unsent(self) -> int:
        """Messages of one's own that the server has not acknowledged."""
        return sum(
            message.delivery is Delivery.WAITING
            for room in self.rooms.values()
            for message in room.outgoing
        )

    def notice(self, text: str, room: int | None = None) -> None:
        """Something to tell the person, in a room or in the one that is looked at."""
        self.rooms.get(room or 0, self.shown).entries.append(Remark(text))

    def names_to_complete(self) -> Iterator[tuple[str, str]]:
        """What may be typed in the composer, and what it is completed to.

        Who types what somebody was called before means that person still.
        """
        people = [(met.name, met) for met in self.people.values()]
        people += [(former, met) for met in self.people.values() for former in met.former]
        yield from sorted((f"@{name}", f"@{met.name}") for name, met in people)
        rooms = self.findable.union(room.name for room in self.rooms.values())
        yield from sorted((f"#{name}",) * 2 for name in rooms if not name.startswith("@"))
