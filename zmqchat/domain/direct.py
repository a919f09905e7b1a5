"""Direct rooms: the one conversation of exactly these people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zmqchat.domain.changes import Change
from zmqchat.domain.rooms import keyed_room
from zmqchat.domain.state import Membership, Room, Standing, User, View
from zmqchat.errors import Code, Refused
from zmqchat.protocol.limits import DIRECT_MEMBERS
from zmqchat.protocol.names import normalise_user
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.rooms import Role, RoomKind


@dataclass(frozen=True, slots=True)
class DirectDecision:
    """The conversation of the asker and `others`; `changes` is empty where there was one."""

    room: Room
    others: tuple[User, ...]
    changes: tuple[Change, ...] = ()


def decide_direct(
    view: View, actor: User, names: Iterable[str], key: bytes, now_us: int
) -> DirectDecision:
    """The direct room of the asker and the people called `names`, found or made."""
    others = _others(view, actor, names)
    ids = sorted({actor.id, *(other.id for other in others)})
    name_key = direct_key(ids)
    found = view.room_named(name_key)
    if found is not None:
        return DirectDecision(found, others)
    _check_reachable(view, actor, others)
    realm, room = keyed_room(view.realm, ("", name_key), RoomKind.DIRECT, "", key, now_us)
    members = (Membership(room.id, i, Role.MEMBER, Standing.MEMBER, now_us) for i in ids)
    return DirectDecision(room, others, (realm, room, *members))


def direct_key(people: Iterable[int]) -> str:
    """The compared name of the conversation of these users, by their ids."""
    return "@" + ",".join(map(str, sorted(people)))  # no other room's begins so, and ids stay


def shown_name(view: View, room: Room, viewer: int) -> str:
    """What a room is called for one who may see it: a direct room is named after the others."""
    if room.kind is not RoomKind.DIRECT:
        return room.name
    people = (view.user(user) for user in view.members(room.id) if user != viewer)
    return "@" + ",".join(sorted(user.name for user in people if user is not None))


def _others(view: View, actor: User, names: Iterable[str]) -> tuple[User, ...]:
    """Who is meant, each once and without the asker, in the order of their names."""
    found: dict[int, User] = {}
    for name in names:
        user = view.user_named(normalise_user(name)[1])
        if user is None:
            raise Refused(
                Code.NOT_FOUND, f"There is nobody called {name!r} here. Nothing was made."
            )
        if user.id != actor.id:
            found[user.id] = user
        if len(found) >= DIRECT_MEMBERS:
            raise Refused(
                Code.TOO_LARGE,
                f"A conversation has at most {DIRECT_MEMBERS} people, you included. "
                "Nothing was made; a private room takes more.",
            )
    if not found:
        raise Refused(Code.BAD_REQUEST, "A conversation needs somebody else. Nothing was made.")
    return tuple(sorted(found.values(), key=lambda user: user.name))


def _check_reachable(view: View, actor: User, others: tuple[User, ...]) -> None:
    asker = view.user(actor.id)
    if asker is None or not asker.active:
        raise Refused(Code.FORBIDDEN, "Your account is closed. Nothing was made.")
    near = view.rooms_of(actor.id) if asker.role is RealmRole.GUEST else None
    for other in others:
        if not other.active:
            raise Refused(
                Code.FORBIDDEN,
                f"The account of {other.name} is closed, and nobody would read it. "
                "Nothing was made.",
            )
        if near is not None and not any(_is_in(view, room, other.id) for room in near):
            raise Refused(
                Code.FORBIDDEN,
                f"Guests talk to people whom they share a room with, and you share none with "
                f"{other.name}. Nothing was made; ask a member to invite you both into one.",
            )


def _is_in(view: View, room: int, user: int) -> bool:
    membership = view.membership(room, user)
    return membership is not None and membership.standing is Standing.MEMBER
