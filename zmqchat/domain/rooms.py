"""Deciding on rooms: making them, and what they are called and are for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from zmqchat.domain.changes import Change
from zmqchat.domain.permissions import Action, require
from zmqchat.domain.quotas import DEFAULT, Quotas, check_entry, check_room
from zmqchat.domain.state import Membership, Realm, Room, Standing, User, View
from zmqchat.errors import Code, Refused
from zmqchat.protocol.chain import genesis
from zmqchat.protocol.events import Archived, Described, Renamed, Unarchived
from zmqchat.protocol.limits import DESCRIPTION_CHARACTERS, KEY_BYTES
from zmqchat.protocol.names import normalise_room
from zmqchat.protocol.requests import CreateRoom
from zmqchat.protocol.rooms import LineageStart, Role, RoomKind
from zmqchat.protocol.topics import handle

GENERAL = "general"
GENERAL_ID = 1
"""The room that exists from the start and that everybody is in; every other id is drawn."""

_ID_BYTES = 8

EPOCH_EVENTS = 2**29
"""After so many events a room has a new epoch: a key must not seal too many frames, and a frame
with events has one at least."""

SettingBody = Renamed | Described | Archived | Unarchived


@dataclass(frozen=True, slots=True)
class Fresh:
    """What no room had before: an id, and a random key of 32 bytes."""

    id: int
    key: bytes


def fresh(view: View, token: Callable[[int], bytes]) -> Fresh:
    """An id of 63 random bits, so that it says nothing of other rooms; `token(n)` draws n bytes."""
    while True:
        drawn = int.from_bytes(token(_ID_BYTES), "big") >> 1
        if drawn not in {0, GENERAL_ID} and view.room(drawn) is None:
            return Fresh(drawn, token(KEY_BYTES))


def new_room(
    realm: Realm,
    fresh: Fresh,
    name: str,
    kind: RoomKind,
    description: str,
    now_us: int,
    made_by: int = 0,
) -> tuple[Realm, Room]:
    """A room of epoch 1 with the realm's next handle, and the realm with its counter on."""
    return keyed_room(realm, fresh, normalise_room(name), kind, description, now_us, made_by)


def keyed_room(
    realm: Realm,
    fresh: Fresh,
    name_and_key: tuple[str, str],
    kind: RoomKind,
    description: str,
    now_us: int,
    made_by: int = 0,
) -> tuple[Realm, Room]:
    """As `new_room`, of a name and a compared name that are known to be good."""
    display, name_key = name_and_key
    room = Room(
        id=fresh.id,
        name=display,
        name_key=name_key,
        kind=kind,
        description=description,
        epoch=1,
        epoch_seq=0,
        epoch_us=now_us,
        handle=handle(realm.next_handle),
        key=fresh.key,
        seq=0,
        chain=genesis(realm.id, fresh.id),
        posted=0,
        created_us=now_us,
        lineages=(LineageStart(0, realm.lineage),),
        made_by=made_by,
    )
    return replace(realm, next_handle=realm.next_handle + 1), room


def decide_create(
    view: View,
    user: User,
    request: CreateRoom,
    fresh: Fresh,
    now_us: int,
    quotas: Quotas = DEFAULT,
) -> tuple[Room, tuple[Change, ...]]:
    """The new room with `user` as its owner, and all that has to be written for it."""
    _, name_key = normalise_room(request.name)
    _check_free(view, request.name, name_key)
    _check_description(request.description)
    kind = RoomKind.PRIVATE if request.private else RoomKind.PUBLIC
    check_room(view, user, kind, quotas)
    check_entry(view, user)
    realm, room = new_room(
        view.realm, fresh, request.name, kind, request.description, now_us, user.id
    )
    owner = Membership(room.id, user.id, Role.OWNER, Standing.MEMBER, now_us)
    return room, (realm, room, owner)


def rotated(realm: Realm, room: Room, key: bytes, now_us: int) -> tuple[Realm, Room]:
    """The room in its next epoch, under a new handle and `key`."""
    after = replace(
        room,
        epoch=room.epoch + 1,
        epoch_seq=room.seq,
        epoch_us=now_us,
        handle=handle(realm.next_handle),
        key=key,
    )
    return replace(realm, next_handle=realm.next_handle + 1), after


def decide_setting(view: View, user: int, room_id: int, body: SettingBody) -> Room:
    """The room as the event makes it; Refused where it is not allowed or changes nothing."""
    room = require(view, user, room_id, Action(type(body).__name__.lower()))
    match body:
        case Renamed():
            return _renamed(view, room, body.name)
        case Described():
            _check_description(body.text)
            return replace(room, description=body.text)
        case Archived():
            if room.id == GENERAL_ID:
                raise Refused(
                    Code.FORBIDDEN, f"Everybody is in #{room.name}, and it stays open to all."
                )
            return replace(room, archived=True)
        case Unarchived():
            if not room.archived:
                raise Refused(Code.FORBIDDEN, f"#{room.name} is not archived; it is open.")
            return replace(room, archived=False)


def _renamed(view: View, room: Room, name: str) -> Room:
    if room.id == GENERAL_ID:
        raise Refused(Code.FORBIDDEN, f"#{room.name} is the room of everybody and keeps its name.")
    display, name_key = normalise_room(name)
    # What goes into the log is the name as it is held, not as it was typed.
    if display != name:
        raise Refused(Code.NAME_INVALID, f"Write the name as {display!r}. Nothing was changed.")
    if display == room.name:
        raise Refused(Code.FORBIDDEN, f"The room is called #{room.name} already.")
    _check_free(view, name, name_key, room.id)
    return replace(room, name=display, name_key=name_key)


def _check_free(view: View, name: str, name_key: str, room: int | None = None) -> None:
    holder = view.room_named(name_key)
    if holder is not None and holder.id != room:
        raise Refused(
            Code.NAME_TAKEN,
            f"There is a room of that name, or one that looks the same: {name!r}. "
            "Choose another name.",
        )


def _check_description(text: str) -> None:
    if len(text) > DESCRIPTION_CHARACTERS:
        raise Refused(
            Code.TOO_LARGE, f"A description has at most {DESCRIPTION_CHARACTERS} characters."
        )
