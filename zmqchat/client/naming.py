"""What rooms and people are called, and which of them a name means. Pure.

Inside a client rooms and people are known by id. A name is resolved once, where a person types it,
and made once, where it is shown: names change, and for a moment two things may be called alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple, TypeVar

from zmqchat.errors import Code, Refused, UsageError
from zmqchat.protocol.names import normalise_room, user_key
from zmqchat.protocol.rooms import RoomEntry, RoomInfo, RoomKind
from zmqchat.protocol.who import Who, conversation_name, names_in

RoomRef = str | int
"""A room as an application names it: what it is called, with or without `#`, or its id."""

PersonRef = str | int
"""A person as an application names it: by a name, with or without `@`, or by the id."""

_Room = TypeVar("_Room", RoomInfo, RoomEntry)


class Where(NamedTuple):
    """A room: its id, and what it is called just now."""

    id: int
    name: str


def where(room: RoomInfo | RoomEntry) -> Where:
    """The room as events of it are told."""
    return Where(room.room, title(room))


def title(room: RoomInfo | RoomEntry) -> str:
    """What a room is called: a conversation after the people in it, `@bob,carol`."""
    return conversation_name(room.people) if room.kind is RoomKind.DIRECT else room.name


def bare(room: str) -> str:
    """A room's name as the server writes it: `#` is how people set it off."""
    return room.removeprefix("#")


def meant(rooms: Iterable[_Room], room: RoomRef) -> list[_Room]:
    """Those of `rooms` that are called so, as the server compares names; one by its id."""
    if isinstance(room, int):
        return [each for each in rooms if each.room == room]
    if room.startswith("@"):
        people = frozenset(map(_user_key, names_in(room)))
        direct = (each for each in rooms if each.kind is RoomKind.DIRECT)
        return [each for each in direct if people and _keys(each.people) == people]
    key = _room_key(bare(room))
    named = (each for each in rooms if each.kind is not RoomKind.DIRECT)
    return [each for each in named if key is not None and _room_key(each.name) == key]


def _keys(people: Iterable[Who]) -> frozenset[str]:
    return frozenset(_user_key(who.name) for who in people)


_user_key = lru_cache(maxsize=4096)(user_key)


@lru_cache(maxsize=4096)
def _room_key(name: str) -> str | None:
    """The key of a room's name; None for what no room can be called."""
    try:
        return normalise_room(name)[1]
    except UsageError:
        return None


def looks_like(typed: str, name: str) -> bool:
    """Whether `typed` is not `name`, whatever the case, and looks like it all the same."""
    return typed.casefold() != name.casefold() and _user_key(typed) == _user_key(name)


def exactly(typed: str, who: Who | None) -> Who:
    """Whom the server found by what was typed; Refused(NOT_FOUND) for nobody, or a look-alike."""
    if who is None:
        raise nobody(typed)
    if looks_like(typed, who.name):
        raise nobody(typed, f" Did you mean {who.name!r}?")
    return who


def no_room(room: RoomRef) -> Refused:
    """There is none, or none that the asker may know of."""
    called = f"with the id {room}" if isinstance(room, int) else repr(bare(room))
    return Refused(Code.NOT_FOUND, f"There is no room {called} that you can find.")


def nobody(person: PersonRef, hint: str = "") -> Refused:
    """There is nobody, or nobody whom the asker may know of."""
    called = f"with the id {person}" if isinstance(person, int) else f"called {person[:64]!r}"
    return Refused(Code.NOT_FOUND, f"There is nobody {called} here; nothing was changed.{hint}")
