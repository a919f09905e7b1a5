"""What a member is handed: a welcome, rooms with their keys, listening tokens."""

from __future__ import annotations

from dataclasses import dataclass

from zmqchat.domain.batch import Actor
from zmqchat.domain.direct import shown_name
from zmqchat.domain.draft import State
from zmqchat.domain.state import Room, Standing
from zmqchat.protocol.limits import VERSION
from zmqchat.protocol.replies import ListenToken, PersonalTopic, Welcome
from zmqchat.protocol.rooms import RoomInfo
from zmqchat.security import tokens

TOKEN_US = 3_600_000_000
"""How long a listening token is good: an hour; it is renewed when half of it is over."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What every welcome says alike. `token_key` makes listening tokens and is not handed out."""

    signing_key: bytes
    heartbeat_s: float
    brokers: tuple[str, ...]
    token_key: bytes


def open_room(state: State, room: Room, user: int) -> RoomInfo | None:
    """The room with its key for a member; None for anybody else."""
    membership = state.membership(room.id, user)
    if membership is None or membership.standing is not Standing.MEMBER:
        return None
    return RoomInfo(
        room.id,
        shown_name(state, room, user),
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
    )


def open_rooms(state: State, user: int, rooms: list[int]) -> list[RoomInfo]:
    """Those of `rooms` that the user is a member of."""
    # Each once: a request of a megabyte could name one room a million times.
    found = map(state.room, dict.fromkeys(rooms))
    opened = (open_room(state, room, user) for room in found if room is not None)
    return [room for room in opened if room is not None]


def listen_token(facts: Facts, actor: Actor, now_us: int) -> ListenToken:
    """A fresh listening token."""
    return tokens.issue(facts.token_key, actor.device, actor.user.id, now_us + TOKEN_US)


def welcome(
    state: State, facts: Facts, actor: Actor, listen: ListenToken, cursor: bytes, now_us: int
) -> Welcome:
    """The answer to a hello that was accepted."""
    user = actor.user
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
        personal=PersonalTopic(user.handle, user.key),
        rooms=open_rooms(state, user.id, sorted(state.rooms_of(user.id))),
        cursor=cursor,
        account=state.account_version(user.id),
        role=user.role,
    )
