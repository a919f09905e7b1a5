"""Realms for the domain's tests: a state with people in it, and sends as clients make them."""

from __future__ import annotations

from itertools import count

from zmqchat.domain.batch import Actor, Batch
from zmqchat.domain.draft import State
from zmqchat.domain.fold import FactsOf
from zmqchat.domain.people import Claim
from zmqchat.domain.rooms import GENERAL, GENERAL_ID, Fresh, new_room
from zmqchat.domain.state import (
    EarlierSend,
    Membership,
    Realm,
    Registration,
    Room,
    Standing,
    StoredEvent,
)
from zmqchat.protocol import codec
from zmqchat.protocol.events import TYPE_OF_BODY, Body, Posted
from zmqchat.protocol.requests import CreateRoom, SendItem
from zmqchat.protocol.rooms import Role, RoomKind

NOW = 1_700_000_000_000_000
_numbers = count(1)


def token(size: int) -> bytes:
    """Bytes that are another each time, and the same in each run of one order of tests."""
    return next(_numbers).to_bytes(size, "big")


def send_id() -> bytes:
    """A send id that no other send has."""
    return token(16)


def founded() -> State:
    """A realm with its general room and nobody in it."""
    realm = Realm(b"R" * 16, b"L" * 16)
    drawn = Fresh(GENERAL_ID, b"k" * 32)
    realm, general = new_room(realm, drawn, GENERAL, RoomKind.PUBLIC, "", NOW)
    state = State(realm)
    state.apply([realm, general])
    return state


def claim(name: str, *, key: bytes | None = None, holds_link: bool = True) -> Claim:
    """A hello for `name` by a device that has that name's key unless another is given."""
    return Claim(key or name.encode().ljust(32, b"."), name, "laptop", holds_link)


def batch(
    state: State,
    earlier: dict[tuple[int, bytes], EarlierSend] | None = None,
    facts: FactsOf | None = None,
) -> Batch:
    """A batch on `state`, of a log that knows this."""
    return Batch(state, earlier or {}, facts or {}, NOW, token)


def peopled(*names: str) -> tuple[State, list[Actor]]:
    """A realm in which these people are, in the general room."""
    state, actors = founded(), []
    work = batch(state)
    for name in names:
        claimed = work.claim(claim(name), Registration.LINK)
        actors.append(Actor(claimed.user, claimed.device.id))
    state.apply(work.changes())
    return state, actors


def item(room: int, body: Body, number: bytes | None = None) -> SendItem:
    """A send."""
    return SendItem(number or send_id(), room, TYPE_OF_BODY[type(body)], codec.encode(body))


def says(room: int, text: str, number: bytes | None = None) -> SendItem:
    """A message."""
    return item(room, Posted(text), number)


def room_of(state: State, owner: Actor, name: str, *, private: bool = False) -> Room:
    """A new room, committed."""
    work = batch(state)
    number = work.create(owner, CreateRoom(send_id(), name, private))
    state.apply(work.changes())
    return state.rooms[number]


def stands(
    state: State,
    room: int,
    who: Actor,
    role: Role = Role.MEMBER,
    standing: Standing = Standing.MEMBER,
) -> None:
    """Gives somebody a standing in a room, past all rules."""
    state.apply([Membership(room, who.user.id, role, standing, NOW)])


def earlier_of(events: list[StoredEvent]) -> dict[tuple[int, bytes], EarlierSend]:
    """What a log with these events would say about their send ids."""
    return {
        (event.sender, event.id): EarlierSend(
            event.room, event.seq, event.type, event.time_us, event.salt, event.digest
        )
        for event in events
    }
