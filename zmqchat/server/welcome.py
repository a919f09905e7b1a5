"""What a member is handed: a welcome, rooms with their keys, listening tokens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zmqchat.domain.batch import Actor
from zmqchat.domain.direct import others_in
from zmqchat.domain.draft import State
from zmqchat.domain.state import Room, Standing, User
from zmqchat.protocol.limits import REPLY_BYTES, VERSION
from zmqchat.protocol.replies import ListenToken, PersonalTopic, Welcome
from zmqchat.protocol.rooms import RoomInfo
from zmqchat.security import tokens
from zmqchat.security.sealing import personal_key

TOKEN_US = 3_600_000_000
"""How long a listening token is good: an hour; it is renewed when half of it is over."""


_ROOMS_BYTES = REPLY_BYTES // 2
_ROOM_BYTES = 256  # about what a room costs in a reply beside its texts and lineages
_LINEAGE_BYTES = 32
_WHO_BYTES = 16  # what a person costs beside the name


@dataclass(frozen=True, slots=True)
class Facts:
    """What every welcome says alike.

    `token_key` makes listening tokens, `personal` (32 bytes, of this process) the keys of personal
    topics; neither is handed out.
    """

    signing_key: bytes
    heartbeat_s: float
    brokers: tuple[str, ...]
    token_key: bytes
    personal: bytes


def open_room(state: State, room: Room, user: int) -> RoomInfo | None:
    """The room with its key for a member; None for anybody else."""
    membership = state.membership(room.id, user)
    if membership is None or membership.standing is not Standing.MEMBER:
        return None
    return RoomInfo(
        room.id,
        room.name,
        room.kind,
        room.description,
        membership.role,
        room.epoch,
        room.handle,
        room.key,
        room.seq,
        room.chain,
        room.posted,
        list(room.lineages),
        room.archived,
        others_in(state, room, user),
    )


def open_rooms(state: State, user: int, rooms: list[int]) -> list[RoomInfo]:
    """Those of `rooms` that the user is a member of."""
    found = map(state.room, dict.fromkeys(rooms))
    opened = (open_room(state, room, user) for room in found if room is not None)
    return [room for room in opened if room is not None]


def personal_topic(facts: Facts, user: User) -> PersonalTopic:
    """Where and how the user hears what concerns the user alone."""
    return PersonalTopic(user.handle, personal_key(facts.personal, user.handle))


def listen_token(facts: Facts, actor: Actor, now_us: int) -> ListenToken:
    """A fresh listening token."""
    return tokens.issue(facts.token_key, actor.device, actor.user.id, now_us + TOKEN_US)


def welcome(
    state: State,
    facts: Facts,
    actor: Actor,
    listen: ListenToken,
    cursor: bytes,
    now_us: int,
    guesses: int = 0,
) -> Welcome:
    """The answer to a hello that was accepted.

    Rooms that do not fit into a reply are left out, and then the first heartbeat tells of all: a
    client that is sent more than it takes would never get in, and others fill one's rooms.
    """
    user = actor.user
    mine = open_rooms(state, user.id, sorted(state.rooms_of(user.id)))
    rooms = _fitting(mine)
    return Welcome(
        version=VERSION,
        realm=state.realm.id,
        lineage=state.realm.lineage,
        signing_key=facts.signing_key,
        name=user.name,
        user=user.id,
        device=actor.device,
        time_us=now_us,
        heartbeat_s=facts.heartbeat_s,
        brokers=list(facts.brokers),
        listen=listen,
        personal=personal_topic(facts, user),
        rooms=rooms,
        cursor=cursor if len(rooms) == len(mine) else b"",
        account=state.account_version(user.id),
        role=user.role,
        guesses=guesses,
    )


def _fitting(rooms: Iterable[RoomInfo]) -> list[RoomInfo]:
    """The first rooms, as many as a reply holds."""
    fitting: list[RoomInfo] = []
    left = _ROOMS_BYTES
    for room in rooms:
        left -= len(room.name.encode()) + len(room.description.encode())
        left -= _ROOM_BYTES + _LINEAGE_BYTES * len(room.lineages)
        left -= sum(len(each.name.encode()) + _WHO_BYTES for each in room.people)
        if left < 0:
            break
        fitting.append(room)
    return fitting
