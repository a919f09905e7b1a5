"""Making rooms, and what each membership event does to whom."""

from __future__ import annotations

import pytest

from tests.domain.realms import NOW, peopled, room_of, send_id, stands, token
from zmqchat.domain.batch import Actor
from zmqchat.domain.draft import State
from zmqchat.domain.rooms import (
    GENERAL_ID,
    MembershipBody,
    decide_create,
    decide_membership,
    rotated,
)
from zmqchat.domain.state import Standing
from zmqchat.errors import ChatError, Code
from zmqchat.protocol.chain import genesis
from zmqchat.protocol.events import Banned, Invited, Joined, Kicked, Left, Unbanned
from zmqchat.protocol.requests import CreateRoom
from zmqchat.protocol.rooms import LineageStart, Role, RoomKind
from zmqchat.protocol.topics import handle


def _refusal(state: State, actor: Actor, room: int, body: MembershipBody) -> Code:
    with pytest.raises(ChatError) as refused:
        decide_membership(state, actor.user, room, body, NOW)
    return refused.value.code


@pytest.mark.parametrize("private", [False, True])
def test_a_new_room_belongs_to_whom_made_it(private: bool) -> None:
    state, (alice,) = peopled("alice")
    before = state.realm
    request = CreateRoom(send_id(), "Dev", private, "where work is")
    room, changes = decide_create(state, alice.user.id, request, b"K" * 32, NOW)
    assert room.kind is (RoomKind.PRIVATE if private else RoomKind.PUBLIC)
    assert (room.id, room.name, room.description) == (before.next_room, "Dev", "where work is")
    assert (room.epoch, room.handle, room.key) == (1, handle(before.next_handle), b"K" * 32)
    assert (room.seq, room.chain, room.posted) == (0, genesis(before.id, room.id), 0)
    assert room.lineages == (LineageStart(0, before.lineage),)
    state.apply(changes)
    membership = state.membership(room.id, alice.user.id)
    assert membership is not None
    assert (membership.role, membership.standing) == (Role.OWNER, Standing.MEMBER)
    assert state.realm.next_room == before.next_room + 1
    assert state.realm.next_handle == before.next_handle + 1


@pytest.mark.parametrize("name", ["dev", "DEV", "\u0501ev", "general"])
def test_a_room_name_is_unique_also_to_the_eye(name: str) -> None:
    state, (alice,) = peopled("alice")
    room_of(state, alice, "dev", private=True)
    with pytest.raises(ChatError) as refused:
        decide_create(state, alice.user.id, CreateRoom(send_id(), name), b"K" * 32, NOW)
    assert refused.value.code is Code.NAME_TAKEN


@pytest.mark.parametrize(
    ("name", "description", "code"),
    [
        ("", "", Code.NAME_INVALID),
        ("a b", "", Code.NAME_INVALID),
        ("dev", "x" * 1025, Code.TOO_LARGE),
    ],
)
def test_what_cannot_be_a_room_is_refused(name: str, description: str, code: Code) -> None:
    state, (alice,) = peopled("alice")
    request = CreateRoom(send_id(), name, description=description)
    with pytest.raises(ChatError) as refused:
        decide_create(state, alice.user.id, request, b"K" * 32, NOW)
    assert refused.value.code is code


def test_a_rotated_room_has_another_handle_and_key_and_the_same_log() -> None:
    state, (alice,) = peopled("alice")
    room = room_of(state, alice, "dev")
    realm, after = rotated(state.realm, room, token(32))
    assert after.epoch == room.epoch + 1
    assert after.handle == handle(state.realm.next_handle)
    assert after.key != room.key
    assert (after.seq, after.chain, after.id) == (room.seq, room.chain, room.id)
    assert realm.next_handle == state.realm.next_handle + 1


def test_who_joins_a_public_room_is_a_member_of_it() -> None:
    state, (olga, bob) = peopled("olga", "bob")
    room = room_of(state, olga, "dev")
    decision = decide_membership(state, bob.user, room.id, Joined("bob"), NOW)
    assert (decision.membership.role, decision.membership.standing) == (
        Role.MEMBER,
        Standing.MEMBER,
    )
    assert not decision.rotate
    stands(state, room.id, bob)
    assert _refusal(state, bob, room.id, Joined("bob")) is Code.FORBIDDEN  # is one already


def test_an_invitation_makes_a_member_and_a_private_room_takes_no_other() -> None:
    state, (olga, bob, _carol) = peopled("olga", "bob", "carol")
    room = room_of(state, olga, "dev", private=True)
    assert _refusal(state, bob, room.id, Joined("bob")) is Code.NOT_FOUND
    assert _refusal(state, bob, room.id, Invited("carol")) is Code.NOT_FOUND
    decision = decide_membership(state, olga.user, room.id, Invited("bob"), NOW)
    assert decision.membership.user == bob.user.id
    assert decision.membership.standing is Standing.MEMBER
    stands(state, room.id, bob)
    assert not decide_membership(state, bob.user, room.id, Invited("carol"), NOW).rotate
    assert _refusal(state, olga, room.id, Invited("bob")) is Code.FORBIDDEN


@pytest.mark.parametrize("body", [Joined("bob"), Left("bob")])
def test_nobody_joins_or_leaves_for_somebody_else(body: MembershipBody) -> None:
    state, (olga, _) = peopled("olga", "bob")
    room = room_of(state, olga, "dev")
    assert _refusal(state, olga, room.id, body) is Code.FORBIDDEN


@pytest.mark.parametrize(
    ("name", "code"),
    [("nemo", Code.NOT_FOUND), ("Bob", Code.NOT_FOUND), ("b b", Code.NAME_INVALID)],
)
def test_the_log_names_people_as_they_are_called(name: str, code: Code) -> None:
    state, (olga, _) = peopled("olga", "bob")
    room = room_of(state, olga, "dev")
    assert _refusal(state, olga, room.id, Invited(name)) is code


@pytest.mark.parametrize("private", [False, True])
def test_leaving_takes_the_key_along_only_where_others_may_not_enter(private: bool) -> None:
    state, (olga,) = peopled("olga")
    room = room_of(state, olga, "dev", private=private)
    decision = decide_membership(state, olga.user, room.id, Left("olga"), NOW)
    assert decision.membership.standing is Standing.FORMER
    assert decision.membership.role is Role.MEMBER  # who comes back is no owner any more
    assert decision.rotate is private


@pytest.mark.parametrize("body", [Kicked("bob"), Banned("bob")])
@pytest.mark.parametrize("private", [False, True])
def test_a_removal_begins_a_new_epoch(private: bool, body: MembershipBody) -> None:
    state, (olga, bob) = peopled("olga", "bob")
    room = room_of(state, olga, "dev", private=private)
    stands(state, room.id, bob)
    decision = decide_membership(state, olga.user, room.id, body, NOW)
    expected = Standing.BANNED if isinstance(body, Banned) else Standing.FORMER
    assert (decision.membership.user, decision.membership.standing) == (bob.user.id, expected)
    assert decision.rotate


@pytest.mark.parametrize("body", [Kicked("bob"), Banned("bob")])
@pytest.mark.parametrize(
    ("actor", "target", "allowed"),
    [
        (Role.MEMBER, Role.MEMBER, False),
        (Role.MODERATOR, Role.MEMBER, True),
        (Role.MODERATOR, Role.MODERATOR, False),
        (Role.MODERATOR, Role.OWNER, False),
        (Role.OWNER, Role.MODERATOR, True),
        (Role.OWNER, Role.OWNER, False),
    ],
)
def test_only_those_below_are_removed(
    body: MembershipBody, actor: Role, target: Role, allowed: bool
) -> None:
    state, (olga, ann, bob) = peopled("olga", "ann", "bob")
    room = room_of(state, olga, "dev")
    stands(state, room.id, ann, actor)
    stands(state, room.id, bob, target)
    if allowed:
        assert decide_membership(state, ann.user, room.id, body, NOW).rotate
    else:
        assert _refusal(state, ann, room.id, body) is Code.FORBIDDEN


def test_a_ban_holds_until_it_is_lifted() -> None:
    state, (olga, bob) = peopled("olga", "bob")
    room = room_of(state, olga, "dev")
    assert _refusal(state, olga, room.id, Unbanned("bob")) is Code.FORBIDDEN
    stands(state, room.id, bob, standing=Standing.BANNED)
    assert _refusal(state, bob, room.id, Joined("bob")) is Code.FORBIDDEN
    assert _refusal(state, olga, room.id, Invited("bob")) is Code.FORBIDDEN
    assert _refusal(state, olga, room.id, Kicked("bob")) is Code.FORBIDDEN
    assert _refusal(state, olga, room.id, Banned("bob")) is Code.FORBIDDEN  # changes nothing
    lifted = decide_membership(state, olga.user, room.id, Unbanned("bob"), NOW)
    assert lifted.membership.standing is Standing.FORMER
    assert not lifted.rotate
    state.apply([lifted.membership])
    assert not decide_membership(state, bob.user, room.id, Joined("bob"), NOW).rotate


def test_a_stranger_can_be_banned_before_coming_but_not_kicked() -> None:
    state, (olga, _) = peopled("olga", "bob")
    room = room_of(state, olga, "dev")
    assert _refusal(state, olga, room.id, Kicked("bob")) is Code.FORBIDDEN
    decision = decide_membership(state, olga.user, room.id, Banned("bob"), NOW)
    assert decision.membership.standing is Standing.BANNED


@pytest.mark.parametrize("body", [Left("olga"), Kicked("bob"), Banned("bob")])
def test_nobody_leaves_general(body: MembershipBody) -> None:
    state, (olga, _) = peopled("olga", "bob")
    stands(state, GENERAL_ID, olga, Role.OWNER)
    assert _refusal(state, olga, GENERAL_ID, body) is Code.FORBIDDEN
