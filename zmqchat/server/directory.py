"""What an asker sees of rooms, people and heads: read from the state in memory, at once."""

from __future__ import annotations

from collections.abc import Callable

from zmqchat.domain.draft import State
from zmqchat.domain.permissions import Action, permits, require
from zmqchat.domain.state import Room, Standing
from zmqchat.protocol.limits import MEMBERS_PER_PAGE
from zmqchat.protocol.people import Person, Presence
from zmqchat.protocol.replies import Beat, ListenToken, People, RoomList
from zmqchat.protocol.requests import Members
from zmqchat.protocol.rooms import RoomEntry
from zmqchat.server.recency import Recency


def readable(state: State, user: int, room_id: int) -> Room | None:
    """The room, if the user may read it."""
    room = state.room(room_id)
    return room if room is not None and permits(state, user, room, Action.READ) else None


def rooms(state: State, user: int) -> RoomList:
    """The rooms that the user may find, by name."""
    entries = [entry for room in list(state.rooms.values()) if (entry := _entry(state, room, user))]
    return RoomList(sorted(entries, key=lambda entry: entry.name))


def _entry(state: State, room: Room, user: int) -> RoomEntry | None:
    membership = state.membership(room.id, user)
    if not permits(state, user, room, Action.FIND):
        return None
    member = membership is not None and membership.standing is Standing.MEMBER
    audience = state.audience(room.id)
    return RoomEntry(room.id, room.name, room.kind, room.description, member, audience, room.seq)


def people(
    state: State, user: int, request: Members, presence: Callable[[int], Presence]
) -> People:
    """A page of a room's members, or of everybody in the realm."""
    room = request.room
    if room is not None:
        require(state, user, room, Action.READ)
    ids = list(state.users) if room is None else state.members(room)
    found = sorted((state.users[i].name, i) for i in ids if state.users[i].name > request.after)
    page = []
    for name, who in found[:MEMBERS_PER_PAGE]:
        membership = None if room is None else state.membership(room, who)
        role = membership.role if membership else None
        page.append(Person(name, role, presence(who)))
    return People(page, more=len(found) > MEMBERS_PER_PAGE)


def beat(
    state: State,
    recency: Recency,
    user: int,
    cursor: bytes,
    listen: ListenToken | None,
    now_us: int,
) -> Beat:
    """What changed for the user since `cursor`."""
    tick = recency.tick_of(cursor)
    new_cursor = recency.cursor
    mine = set(state.rooms_of(user))
    changed = mine if tick is None else [room for room in recency.rooms_since(tick) if room in mine]
    heads = [state.rooms[room].head for room in changed]
    whole = tick is None or recency.user_since(user, tick)
    return Beat(now_us, new_cursor, heads, sorted(mine) if whole else None, listen)
