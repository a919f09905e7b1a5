"""Every action by every relation in every kind of room, against a table written by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from tests.domain.realms import NOW, peopled, room_of, stands
from zmqchat.domain.batch import Actor
from zmqchat.domain.changes import Change
from zmqchat.domain.permissions import (
    Action,
    Relation,
    allowed,
    outranks,
    permits,
    relation,
    require,
)
from zmqchat.domain.state import Membership, Standing
from zmqchat.errors import Code, Refused
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.rooms import Role, RoomKind

_COLUMNS = [
    "nobody", "stranger", "guest", "invited", "former", "banned", "member", "moderator", "owner",
    "admin",
]  # fmt: skip

# One column a relation, in the order above; x is allowed.
_PUBLIC = {
    "find": ".x.xx.xxxx",
    "read": "......xxx.",
    "posted": "......xxx.",
    "edited": "......xxx.",
    "redacted": "......xxx.",
    "redact-others": ".......xx.",
    "mention-everybody": ".......xx.",
    "reacted": "......xxx.",
    "unreacted": "......xxx.",
    "pinned": "......xxx.",
    "unpinned": "......xxx.",
    "joined": ".x.xx.xxxx",
    "left": "...x..xxx.",
    "invited": "......xxx.",
    "kicked": ".......xxx",
    "banned": ".......xxx",
    "unbanned": ".......xxx",
    "appointed": "........xx",
    "renamed": ".......xxx",
    "described": ".......xxx",
    "archived": "........xx",
    "unarchived": "........xx",
}
# To the realm's administrators a private room is as invisible as to anybody.
_PRIVATE = {action: row[:-1] + "." for action, row in _PUBLIC.items()} | {
    "find": "...x..xxx.",
    "joined": "...x......",
}
_TALK = [
    "find", "read", "posted", "edited", "redacted", "mention-everybody", "reacted", "unreacted",
    "pinned", "unpinned",
]  # fmt: skip
_EXPECTED = {
    "public": _PUBLIC,
    "private": _PRIVATE,
    "direct": dict.fromkeys(_PUBLIC, "..........") | dict.fromkeys(_TALK, "......xxx."),
}
_ARCHIVED = {"find", "read", "left", "unarchived"}


def _expected(kind: RoomKind, action: Action, who: Relation) -> bool:
    return _EXPECTED[kind.value][action.value][_COLUMNS.index(who.value)] == "x"


def test_the_table_is_as_it_was_meant() -> None:
    wrong = [
        case
        for case in product(RoomKind, Action, Relation)
        if allowed(*case) is not _expected(*case)
    ]
    assert wrong == []


_AS = {
    Relation.NOBODY: (RealmRole.MEMBER, Role.OWNER, Standing.MEMBER),
    Relation.GUEST: (RealmRole.GUEST, Role.MEMBER, Standing.FORMER),
    Relation.INVITED: (RealmRole.GUEST, Role.MEMBER, Standing.INVITED),
    Relation.FORMER: (RealmRole.MEMBER, Role.MEMBER, Standing.FORMER),
    Relation.BANNED: (RealmRole.MEMBER, Role.MEMBER, Standing.BANNED),
    Relation.MEMBER: (RealmRole.GUEST, Role.MEMBER, Standing.MEMBER),
    Relation.MODERATOR: (RealmRole.MEMBER, Role.MODERATOR, Standing.MEMBER),
    Relation.OWNER: (RealmRole.MEMBER, Role.OWNER, Standing.MEMBER),
    Relation.ADMIN: (RealmRole.ADMIN, Role.MEMBER, Standing.FORMER),
}


def _as(who: Relation, room: int, actor: Actor) -> list[Change]:
    """Makes somebody that to the room, past all rules."""
    realm_role, role, standing = _AS[who]
    user = replace(actor.user, role=realm_role, active=who is not Relation.NOBODY)
    return [user, Membership(room, user.id, role, standing, NOW)]


@pytest.mark.parametrize("kind", [RoomKind.PUBLIC, RoomKind.PRIVATE])
def test_require_follows_the_table_and_hides_what_cannot_be_found(kind: RoomKind) -> None:
    state, (owner, other) = peopled("olga", "bob")
    room = room_of(state, owner, "dev", private=kind is RoomKind.PRIVATE)
    for action, who in product(Action, Relation):
        if who is Relation.STRANGER:
            continue  # has no row at all: see below
        state.apply(_as(who, room.id, other))
        if _expected(kind, action, who):
            assert require(state, other.user.id, room.id, action) == room
            continue
        with pytest.raises(Refused) as refused:
            require(state, other.user.id, room.id, action)
        outside = {Relation.FORMER, Relation.BANNED, Relation.ADMIN}
        hidden = who in {Relation.NOBODY, Relation.GUEST} or (
            kind is RoomKind.PRIVATE and who in outside
        )
        assert refused.value.code is (Code.NOT_FOUND if hidden else Code.FORBIDDEN), (action, who)
        assert not hidden or room.name not in refused.value.message


@pytest.mark.parametrize("action", list(Action))
def test_a_private_room_of_others_looks_like_one_that_does_not_exist(action: Action) -> None:
    state, (owner, stranger) = peopled("olga", "bob")
    private = room_of(state, owner, "secret", private=True)
    errors = []
    for room in (private.id, 999):
        with pytest.raises(Refused) as refused:
            require(state, stranger.user.id, room, action)
        errors.append((refused.value.code, refused.value.message))
    assert errors[0] == errors[1]
    assert errors[0][0] is Code.NOT_FOUND


def test_a_ban_from_a_private_room_does_not_tell_its_name() -> None:
    state, (owner, stranger) = peopled("olga", "bob")
    private = room_of(state, owner, "secret", private=True)
    stands(state, private.id, stranger, Role.MEMBER, Standing.BANNED)
    with pytest.raises(Refused) as refused:
        require(state, stranger.user.id, private.id, Action.POSTED)
    assert refused.value.code is Code.NOT_FOUND
    assert "secret" not in refused.value.message


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("who", [Relation.MEMBER, Relation.OWNER])
def test_an_archived_room_is_read_and_left_and_nothing_else(who: Relation, action: Action) -> None:
    state, (owner, other) = peopled("olga", "bob")
    room = replace(room_of(state, owner, "dev"), archived=True)
    state.apply([room, *_as(who, room.id, other)])
    may = _expected(RoomKind.PUBLIC, action, who) and action.value in _ARCHIVED
    assert permits(state, other.user.id, room, action) is may
    if may:
        assert require(state, other.user.id, room.id, action) == room
        return
    with pytest.raises(Refused) as refused:
        require(state, other.user.id, room.id, action)
    assert refused.value.code is Code.FORBIDDEN


def _membership(role: Role, standing: Standing = Standing.MEMBER) -> Membership:
    return Membership(1, 1, role, standing, NOW)


def test_a_relation_is_the_role_of_a_member_and_the_standing_of_others() -> None:
    state, (olga, bob) = peopled("olga", "bob")
    room = room_of(state, olga, "dev")
    assert relation(room, bob.user, None) is Relation.STRANGER
    for role in Role:
        assert relation(room, bob.user, _membership(role)).value == role.value
    # A role is worth nothing without the membership that it came with.
    banned, former = (_membership(Role.OWNER, held) for held in (Standing.BANNED, Standing.FORMER))
    assert relation(room, bob.user, banned) is Relation.BANNED
    assert relation(room, bob.user, former) is Relation.FORMER
    assert relation(room, None, _membership(Role.OWNER)) is Relation.NOBODY
    assert relation(room, replace(bob.user, active=False), None) is Relation.NOBODY


def test_what_one_is_in_the_realm_counts_in_rooms() -> None:
    state, (olga, bob) = peopled("olga", "bob")
    public, private = room_of(state, olga, "dev"), room_of(state, olga, "hr", private=True)
    admin, guest = (replace(bob.user, role=role) for role in (RealmRole.ADMIN, RealmRole.GUEST))
    member, banned = _membership(Role.MEMBER), _membership(Role.MEMBER, Standing.BANNED)
    invited = _membership(Role.MEMBER, Standing.INVITED)
    assert relation(public, admin, member) is Relation.OWNER
    assert relation(private, admin, member) is Relation.MEMBER
    for outside in (None, banned):
        assert relation(public, admin, outside) is Relation.ADMIN
        assert relation(private, admin, outside) is Relation.ADMIN
    assert relation(public, guest, None) is Relation.GUEST
    assert relation(public, guest, member) is Relation.MEMBER
    assert relation(public, guest, banned) is Relation.BANNED
    assert relation(public, admin, invited) is Relation.ADMIN
    for room, who in ((private, admin), (private, guest), (public, guest), (private, bob.user)):
        assert relation(room, who, invited) is Relation.INVITED


def test_only_a_higher_role_outranks() -> None:
    ranks = [[Relation.MEMBER], [Relation.MODERATOR], [Relation.OWNER, Relation.ADMIN]]
    outside = set(Relation) - {who for rank in ranks for who in rank}
    ranks.insert(0, sorted(outside))
    for (high, actors), (low, targets) in product(enumerate(ranks), enumerate(ranks)):
        for actor, target in product(actors, targets):
            assert outranks(actor, target) is (high > low), (actor, target)
