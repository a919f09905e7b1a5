"""What an asker sees of rooms, people and heads: read from the state in memory, at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from zmqchat.domain.acquaintance import (
    acquaintances,
    former_names,
    read_of,
    room_called,
)
from zmqchat.domain.direct import others_in
from zmqchat.domain.draft import State
from zmqchat.domain.listings import next_page
from zmqchat.domain.permissions import Action, permits, require
from zmqchat.domain.state import Room, Standing, User
from zmqchat.errors import Code, Refused
from zmqchat.protocol.limits import LISTED_PER_PAGE
from zmqchat.protocol.people import Person, Presence
from zmqchat.protocol.replies import (
    Beat,
    ListenToken,
    People,
    PersonalTopic,
    RoomFound,
    RoomList,
)
from zmqchat.protocol.requests import FindRoom, Members
from zmqchat.protocol.rooms import RoomEntry
from zmqchat.server.recency import Recency


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


def rooms(state: State, user: User, after: int) -> RoomList:
    """A page of the rooms that the user may find.

    It looks at as many as a page has lines: of those that the user may not find it is shorter.
    """
    mine = state.rooms_of_after(user.id, after, LISTED_PER_PAGE)
    public = state.public_after(after, LISTED_PER_PAGE)
    invited = state.invited_to_after(user.id, after, LISTED_PER_PAGE)
    near = sorted({*mine, *public, *invited})[:LISTED_PER_PAGE]
    found = (_found(state, user.id, room) for room in near)
    entries = [entry for entry in found if entry is not None]
    return RoomList(entries, next_page(near))


def room(state: State, user: User, request: FindRoom) -> RoomFound:
    """The room that is meant, if the user may find it."""
    meant = request.room
    found = state.room(meant) if isinstance(meant, int) else room_called(state, user, meant)
    return RoomFound(None if found is None else _entry(state, found, user.id))


def _found(state: State, user: int, number: int) -> RoomEntry | None:
    found = state.room(number)
    return None if found is None else _entry(state, found, user)


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
        ids = state.members_after(room, request.after, LISTED_PER_PAGE)
    else:
        ids = acquaintances(state, user, request.after, LISTED_PER_PAGE)
    return People(_people(state, room, ids, presence), next_page(ids))


def known_people(
    state: State, user: User, ids: Iterable[int], presence: Callable[[int], Presence]
) -> People:
    """Those of the people with these ids of whom the user may know, or whom it reads of."""
    return People(_people(state, None, read_of(state, user, ids), presence))


def _people(
    state: State, room: int | None, ids: Iterable[int], presence: Callable[[int], Presence]
) -> list[Person]:
    found = ((number, state.user(number)) for number in ids)
    return [
        _person(state, room, person, presence(number))
        for number, person in found
        if person is not None
    ]


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
