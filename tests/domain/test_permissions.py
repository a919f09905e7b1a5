"""Every action by every relation in every kind of room, against a table written by hand."""

from __future__ import annotations

from itertools import product

import pytest

from tests.domain.realms import NOW, peopled, room_of, stands
from zmqchat.domain.permissions import Action, Relation, allowed, outranks, relation, require
from zmqchat.domain.state import Membership, Standing
from zmqchat.errors import Code, Refused
from zmqchat.protocol.rooms import Role, RoomKind

_COLUMNS = ["stranger", "former", "banned", "member", "moderator", "owner"]

# One column a relation, in the order above; x is allowed.
_PUBLIC = {
    "find": "xx.xxx",
    "read": "...xxx",
    "posted": "...xxx",
    "joined": "xx.xxx",
    "left": "...xxx",
    "invited": "...xxx",
    "kicked": "....xx",
    "banned": "....xx",
    "unbanned": "....xx",
}
_EXPECTED = {
    "public": _PUBLIC,
    "private": _PUBLIC | {"find": "...xxx", "joined": "......"},
    "direct": dict.fromkeys(_PUBLIC, "......")
    | dict.fromkeys(("find", "read", "posted"), "...xxx"),
}


def _expected(kind: RoomKind, action: Action, who: Relation) -> bool:
    return _EXPECTED[kind.value][action.value][_COLUMNS.index(who.value)] == "x"


def test_the_table_is_as_it_was_meant() -> None:
    wrong = [
        case
        for case in product(RoomKind, Action, Relation)
        if allowed(*case) is not _expected(*case)
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", [RoomKind.PUBLIC, RoomKind.PRIVATE])
def test_require_follows_the_table_and_hides_what_cannot_be_found(kind: RoomKind) -> None:
    state, (owner, other) = peopled("olga", "bob")
    room = room_of(state, owner, "dev", private=kind is RoomKind.PRIVATE)
    standings = {
        Relation.FORMER: (Role.MEMBER, Standing.FORMER),
        Relation.BANNED: (Role.MEMBER, Standing.BANNED),
        Relation.MEMBER: (Role.MEMBER, Standing.MEMBER),
        Relation.MODERATOR: (Role.MODERATOR, Standing.MEMBER),
        Relation.OWNER: (Role.OWNER, Standing.MEMBER),
    }
    for action, who in product(Action, Relation):
        if who is Relation.STRANGER:
            continue
        stands(state, room.id, other, *standings[who])
        if _expected(kind, action, who):
            assert require(state, other.user.id, room.id, action) == room
            continue
        with pytest.raises(Refused) as refused:
            require(state, other.user.id, room.id, action)
        hidden = kind is RoomKind.PRIVATE and who in {Relation.FORMER, Relation.BANNED}
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


def _membership(role: Role, standing: Standing = Standing.MEMBER) -> Membership:
    return Membership(1, 1, role, standing, NOW)


def test_a_relation_is_the_role_of_a_member_and_the_standing_of_others() -> None:
    assert relation(None) is Relation.STRANGER
    assert [relation(_membership(role)).value for role in Role] == [role.value for role in Role]
    # A role is worth nothing without the membership that it came with.
    assert relation(_membership(Role.OWNER, Standing.BANNED)) is Relation.BANNED
    assert relation(_membership(Role.OWNER, Standing.FORMER)) is Relation.FORMER


def test_only_a_higher_role_outranks() -> None:
    ranks = [Role.MEMBER, Role.MODERATOR, Role.OWNER]
    for actor, target in product(ranks, ranks):
        higher = ranks.index(actor) > ranks.index(target)
        assert outranks(_membership(actor), _membership(target)) is higher
    assert outranks(_membership(Role.MODERATOR), None)
    assert outranks(_membership(Role.MODERATOR), _membership(Role.OWNER, Standing.FORMER))
    assert not outranks(None, None)
    assert not outranks(_membership(Role.OWNER, Standing.BANNED), None)
