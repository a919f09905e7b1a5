"""Direct rooms: the one conversation of exactly these people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zmqchat.domain.acquaintance import direct_key, person, who
from zmqchat.domain.changes import Change
from zmqchat.domain.quotas import DEFAULT, Quotas, check_entry, check_room
from zmqchat.domain.rooms import Fresh, keyed_room
from zmqchat.domain.state import Membership, Room, Standing, User, View
from zmqchat.errors import Code, Refused
from zmqchat.protocol.limits import DIRECT_MEMBERS
from zmqchat.protocol.rooms import Role, RoomKind
from zmqchat.protocol.who import Who


@dataclass(frozen=True, slots=True)
class DirectDecision:
    """The conversation of the asker and `others`; `changes` is empty where there was one."""

    room: Room
    others: tuple[User, ...]
    changes: tuple[Change, ...] = ()


def decide_direct(
    view: View,
    actor: User,
    people: Iterable[int],
    fresh: Fresh,
    now_us: int,
    quotas: Quotas = DEFAULT,
) -> DirectDecision:
    """The direct room of the asker and the users with these ids, found or made."""
    others = _others(view, actor, people)
    ids = sorted({actor.id, *(other.id for other in others)})
    name_key = direct_key(ids)
    found = view.room_named(name_key)
    if found is not None:
        return DirectDecision(found, others)
    _check_reachable(actor, others)
    check_room(view, actor, RoomKind.DIRECT, quotas)
    for user in (actor, *others):
        check_entry(view, user)
    realm, room = keyed_room(
        view.realm, fresh, ("", name_key), RoomKind.DIRECT, "", now_us, actor.id
    )
    members = (Membership(room.id, i, Role.MEMBER, Standing.MEMBER, now_us) for i in ids)
    return DirectDecision(room, others, (realm, room, *members))


def others_in(view: View, room: Room, viewer: int) -> tuple[Who, ...]:
    """The other people in a direct room, by name; nobody for any other room."""
    if room.kind is not RoomKind.DIRECT:
        return ()
    people = (view.user(user) for user in view.members(room.id) if user != viewer)
    return tuple(sorted(map(who, filter(None, people)), key=lambda each: each.name))


def _others(view: View, actor: User, people: Iterable[int]) -> tuple[User, ...]:
    """Who is meant, each once and without the asker, in the order of their names."""
    found: dict[int, User] = {}
    for user in people:
        if user != actor.id:
            found[user] = person(view, actor, user)
        if len(found) >= DIRECT_MEMBERS:
            raise Refused(
                Code.TOO_LARGE,
                f"A conversation has at most {DIRECT_MEMBERS} people, you included. "
                "Nothing was made; a private room takes more.",
            )
    if not found:
        raise Refused(Code.BAD_REQUEST, "A conversation needs somebody else. Nothing was made.")
    return tuple(sorted(found.values(), key=lambda user: user.name))


def _check_reachable(actor: User, others: tuple[User, ...]) -> None:
    if not actor.active:
        raise Refused(Code.FORBIDDEN, "Your account is closed. Nothing was made.")
    for other in others:
        if not other.active:
            raise Refused(
                Code.FORBIDDEN,
                f"The account of {other.name} is closed, and nobody would read it. "
                "Nothing was made.",
            )
