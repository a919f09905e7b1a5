"""What an asker sees of rooms, people and heads: read from the state in memory, at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from zmqchat.domain.acquaintance import acquaintances, former_names
from zmqchat.domain.direct import others_in
from zmqchat.domain.draft import State
from zmqchat.domain.permissions import Action, permits, require
from zmqchat.domain.state import Room, Standing, User
from zmqchat.errors import Code, Refused
from zmqchat.protocol.limits import MEMBERS_PER_PAGE, REPLY_BYTES
from zmqchat.protocol.people import Person, Presence
from zmqchat.protocol.replies import Beat, ListenToken, People, PersonalTopic, RoomList
from zmqchat.protocol.requests import Members
from zmqchat.protocol.rooms import RoomEntry
from zmqchat.protocol.who import conversation_name
from zmqchat.server.recency import Recency

_DESCRIPTIONS_BYTES = REPLY_BYTES // 2


def readable(state: State, user: int, room_id: int) -> Room | None:
    """The room, if the user may read it."""
    room = state.room(room_id)
    return room if room is not None and permits(state, user, room, Action.READ) else None


def rooms_to_read(state: State, user: int) -> list[int]:
    """The ids of all rooms that the user may read, rising."""
    return sorted(room for room in state.rooms_of(user) if readable(state, user, room))


def still_readable(state: State, user: int, rooms: Iterable[int]) -> None:
    """Refused, to be asked again, where the user may not read one of the rooms any more."""
    if not all(readable(state, user, room) for room in rooms):
        raise Refused(
            Code.BUSY, "What you may read has changed while it was being read. Ask again.", 0.0
        )


def rooms(state: State, user: int) -> RoomList:
    """The rooms that the user may find, by name; undescribed where they do not fit otherwise."""
    entries = [entry for room in list(state.rooms.values()) if (entry := _entry(state, room, user))]
    if sum(len(entry.description.encode()) for entry in entries) > _DESCRIPTIONS_BYTES:
        entries = [msgspec.structs.replace(entry, description="") for entry in entries]
    return RoomList(
        sorted(entries, key=lambda entry: entry.name or conversation_name(entry.people))
    )


def _entry(state: State, room: Room, user: int) -> RoomEntry | None:
    membership = state.membership(room.id, user)
    if not permits(state, user, room, Action.FIND):
        return None
    return RoomEntry(
        room.id,
        room.name,
        room.kind,
        room.description,
        membership is not None and membership.standing is Standing.MEMBER,
        state.audience(room.id),
        room.seq,
        room.archived,
        others_in(state, room, user),
    )


def people(
    state: State, user: User, request: Members, presence: Callable[[int], Presence]
) -> People:
    """A page of a room's members, or of everybody in the realm whom the user may know of."""
    room = request.room
    if room is not None:
        require(state, user.id, room, Action.READ)
        ids = state.members(room)
    else:
        known = acquaintances(state, user)
        ids = list(state.users if known is None else known)
    everybody = (person for i in ids if (person := state.user(i)) is not None)
    found = sorted(
        (person for person in everybody if person.name > request.after),
        key=lambda person: person.name,
    )
    page = [
        _person(state, room, person, presence(person.id)) for person in found[:MEMBERS_PER_PAGE]
    ]
    return People(page, more=len(found) > MEMBERS_PER_PAGE)


def _person(state: State, room: int | None, person: User, presence: Presence) -> Person:
    membership = None if room is None else state.membership(room, person.id)
    return Person(
        person.id,
        person.name,
        membership.role if membership else None,
        presence,
        person.role,
        person.display,
        person.status,
        person.picture,
        person.active,
        former_names(state, person),
    )


def beat(
    state: State,
    recency: Recency,
    user: User,
    personal: PersonalTopic,
    cursor: bytes,
    listen: ListenToken | None,
    now_us: int,
) -> Beat:
    """What changed for the user since `cursor`."""
    tick = recency.tick_of(cursor)
    new_cursor = recency.cursor
    account = state.account_version(user.id)
    mine = set(state.rooms_of(user.id))
    changed = mine if tick is None else [room for room in recency.rooms_since(tick) if room in mine]
    heads = [state.rooms[room].head for room in changed]
    if tick is not None and not recency.user_since(user.id, tick):
        return Beat(now_us, new_cursor, heads, None, listen, account)
    return Beat(now_us, new_cursor, heads, sorted(mine), listen, account, personal)
