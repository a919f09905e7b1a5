"""Events and rooms with a chain, as a server would have sent them."""

from __future__ import annotations

import msgspec

from zmqchat.client.ids import new_id
from zmqchat.client.naming import Where
from zmqchat.protocol.chain import Chain, genesis
from zmqchat.protocol.codec import encode
from zmqchat.protocol.events import TYPE_OF_BODY, Body, Event, Posted
from zmqchat.protocol.rooms import LineageStart, Role, RoomInfo, RoomKind
from zmqchat.protocol.who import Who

REALM = b"R" * 16
LINEAGE = b"L" * 16
GENERAL = Where(1, "general")
ALICE, BOB = Who(1, "alice"), Who(2, "bob")


def log(*bodies: Body | str, room: int = 1) -> list[Event]:
    """A room's log with these bodies; a string is a message."""
    chain, events = genesis(REALM, room), []
    for seq, given in enumerate(bodies, 1):
        body = Posted(given) if isinstance(given, str) else given
        event = Event(
            seq,
            TYPE_OF_BODY[type(body)],
            2,
            "bob",
            1,
            1_700_000_000_000_000 + seq,
            new_id(),
            encode(body),
            b"s" * 32,
            b"",
            b"",
        )
        chain = Chain(REALM, LINEAGE, room).after(chain, event)
        events.append(msgspec.structs.replace(event, chain=chain))
    return events


def info(events: list[Event], seq: int, room: int = 1, name: str = "general") -> RoomInfo:
    """The room with its head at `seq` of `events`."""
    chain = events[seq - 1].chain if seq else genesis(REALM, room)
    return RoomInfo(
        room, name, RoomKind.PUBLIC, "", Role.MEMBER, 1, b"hndl", b"k" * 32, seq, chain, seq,
        [LineageStart(0, LINEAGE)],
    )  # fmt: skip


def conversation(*people: Who, room: int = 9) -> RoomInfo:
    """A direct room with these others, with nothing in it."""
    empty = info([], 0, room, "")
    return msgspec.structs.replace(empty, kind=RoomKind.DIRECT, people=people)
