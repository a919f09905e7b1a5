"""A server that is not there: keeps what is asked of it, and tells what a test lets it tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from zmqchat_gui.bridge.entries import Item
from zmqchat_gui.bridge.updates import Loaded, RoomOpened, RoomRenamed, Update
from zmqchat_gui.bridge.worker import Work
from zmqchat_gui.viewmodels.people import MembersModel
from zmqchat_gui.viewmodels.roomfacts import room_of

from zmqchat.client import ChatEvent, ChatMessage, FoundMessages, TimelinePage
from zmqchat.client.messages import posted_of
from zmqchat.client.naming import Where
from zmqchat.protocol.who import Who, names_in

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_PEOPLE = defaultdict[str, int](count(2).__next__, maja=1)
_ROOMS = defaultdict[str, int](count(2).__next__, general=1)


def who(name: str) -> Who:
    """The person whom the tests call so; maja is the reader."""
    return Who(_PEOPLE[name], name)


def at(room: str) -> Where:
    """The room that the tests call so."""
    return Where(_ROOMS[room], room)


def name_of(room: int) -> str:
    """What the tests call the room with this id."""
    return next(name for name, number in _ROOMS.items() if number == room)


def room_of_row(row: QObject) -> str:
    """What the tests call the room of a row of the sidebar."""
    number = room_of(row.property("key"))
    assert number is not None
    return name_of(number)


def opened(room: str) -> RoomOpened:
    """The person is in a room, or a conversation: `@bob`."""
    return RoomOpened(at(room), tuple(map(who, names_in(room))))


def renamed(room: str, name: str) -> RoomRenamed:
    """The room that the tests call so has another name."""
    return RoomRenamed(Where(at(room).id, name), tuple(map(who, names_in(name))))


def ignoring(*names: str) -> dict[int, str]:
    """These are ignored, and nobody else."""
    return {who(name).id: name for name in names}


def event(seq: int, text: str = "", sender: str = "ada", **fields: Any) -> ChatEvent:
    """An event; a message unless `type` says otherwise, one minute after the one before it."""
    kind = fields.pop("type", "posted")
    minutes = fields.pop("minute", seq)
    details = {**({"text": text} if text else {}), **fields}
    moment = START + timedelta(minutes=minutes)
    return ChatEvent(
        *("general", seq, kind, sender, moment, UUID(int=seq), details),
        room_id=1,
        sender_id=who(sender).id,
    )


def found(*events: ChatEvent, behind: int = 0) -> FoundMessages:
    """What a search of these messages comes to."""
    messages = FoundMessages(each for each in entries(*events) if isinstance(each, ChatMessage))
    messages.behind = behind
    return messages


def entries(*events: ChatEvent) -> list[Item]:
    """Events as a page has them."""
    return [posted_of(one, one.reply_to or 0) if one.type == "posted" else one for one in events]


def page(items: Sequence[Item], *, whole: bool = True, last: int = 0) -> TimelinePage:
    """A page from the first to the last of these, or from the beginning, or to `last`."""
    seqs = [item.seq for item in items]
    first = 1 if whole else min(seqs, default=1)
    return TimelinePage(first, last or max(seqs, default=0), tuple(items))


def loaded(items: Sequence[Item], *, whole: bool = True, room: str = "general") -> Loaded:
    """A room's newest page."""
    return Loaded(at(room).id, page(items, whole=whole))


@dataclass
class Asked:
    """One request."""

    work: Work
    done: Callable[[Any], None]


class FakeGateway(QObject):
    """Stands for a `Client`."""

    updates = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[ChatEvent] = []
        self.looked_at: list[int] = []
        self.asked: list[Asked] = []
        self.introductions: list[Asked] = []
        """Who people are that are shown: it is asked a moment later, beside all else."""
        self.restarts = 0
        self.closed = False

    def submit(self, event: ChatEvent) -> None:
        self.sent.append(event)

    def look_at(self, room: int) -> None:
        self.looked_at.append(room)

    def ask(self, work: Work, done: Callable[[Any], None]) -> None:
        is_introduction = done.__qualname__ == "Acquaintances._got"
        (self.introductions if is_introduction else self.asked).append(Asked(work, done))

    def link_to(self, room: int, seq: int) -> str:
        return f"link to {seq} in {room}"

    def restart(self) -> None:
        self.restarts += 1

    def close(self) -> None:
        self.closed = True

    def tell(self, *updates: Update) -> None:
        """A batch of updates."""
        self.updates.emit(list(updates))

    def found(self, room: str, **about: Any) -> None:
        """Answers what a room is."""
        row = {"name": room, "room_id": at(room).id, "kind": "public", "member": True, "members": 2}
        said = {"seq": 1, "description": "", "archived": False}
        asked = next(one for one in self.asked if one.done.__name__ == "_looked_at_room")
        self.asked.remove(asked)
        asked.done(row | said | about)

    def list_people(self, members: MembersModel, people: list[dict[str, Any]]) -> None:
        """Answers who the members are, who are asked for if they are not yet."""
        if all(one.done != members._got for one in self.asked):
            members.refresh()
        asked = next(one for one in self.asked if one.done == members._got)
        self.asked.remove(asked)
        asked.done(people)

    def answer(self, result: Any) -> None:
        """Answers the oldest request."""
        self.asked.pop(0).done(result)


@dataclass
class Changes:
    """What a model says of its rows, in order, and that it does so rightly."""

    model: Any
    seen: list[tuple[str, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.model.rowsInserted.connect(lambda _, a, b: self.seen.append(("insert", a, b)))
        self.model.rowsRemoved.connect(lambda _, a, b: self.seen.append(("remove", a, b)))
        self.model.dataChanged.connect(lambda a, b: self.seen.append(("change", a.row(), b.row())))
        self.model.modelReset.connect(lambda: self.seen.append(("reset", 0, 0)))


def rows(model: Any, *roles: str) -> list[Any]:
    """The rows' values of one role, or tuples of several."""
    numbers = {bytes(name.data()).decode(): number for number, name in model.roleNames().items()}
    found = []
    for row in range(model.rowCount()):
        values = tuple(model.data(model.index(row), numbers[role]) for role in roles)
        found.append(values[0] if len(roles) == 1 else values)
    return found
