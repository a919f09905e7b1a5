"""Conversations: the one room of exactly these people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.domain.realms import batch, earlier_of, item, peopled, room_of, says, send_id, stands
from zmqchat.domain.batch import Actor
from zmqchat.domain.direct import others_in
from zmqchat.domain.draft import State
from zmqchat.domain.state import Standing, StoredEvent
from zmqchat.errors import ChatError, Code
from zmqchat.protocol import codec
from zmqchat.protocol.events import (
    Appointed,
    Archived,
    Body,
    Invited,
    Joined,
    Kicked,
    Left,
    Pinned,
    Posted,
    Reacted,
    Renamed,
)
from zmqchat.protocol.limits import DIRECT_MEMBERS
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.requests import OpenDirect
from zmqchat.protocol.rooms import Role, RoomKind
from zmqchat.protocol.who import Who, conversation_name

_MANY = [f"p{letter}" for letter in "abcdefghjkmnopqrst"[:DIRECT_MEMBERS]]


def _opened(state: State, who: Actor, *people: int) -> tuple[int, list[StoredEvent]]:
    work = batch(state)
    room = work.direct(who, OpenDirect(send_id(), list(people)))
    state.apply(work.changes())
    return room, work.events


def _refusal(state: State, who: Actor, people: Sequence[int]) -> Code:
    work = batch(state)
    with pytest.raises(ChatError) as refused:
        work.direct(who, OpenDirect(send_id(), list(people)))
    assert (work.events, work.changes(), work.segments) == ([], [], [])
    return refused.value.code


def test_a_conversation_begins_with_its_people() -> None:
    state, (alice, bob, carol) = peopled("alice", "bob", "carol")
    work = batch(state)
    number = work.direct(alice, OpenDirect(send_id(), [3, 2]))
    state.apply(work.changes())
    room = state.rooms[number]
    assert (room.kind, room.name, room.seq, room.posted) == (RoomKind.DIRECT, "", 3, 0)
    bodies: list[Body] = [codec.decode_body(event.type, event.body) for event in work.events]
    assert bodies == [Joined(1, "alice"), Invited(2, "bob"), Invited(3, "carol")]
    assert {(event.sender, event.name) for event in work.events} == {(1, "alice")}
    for who in (alice, bob, carol):
        held = state.membership(number, who.user.id)
        assert held is not None
        assert (held.role, held.standing) == (Role.MEMBER, Standing.MEMBER)
    assert work.touched_users == {who.user.id for who in (alice, bob, carol)}


def test_the_same_people_have_one_conversation_whoever_asks_and_however() -> None:
    state, (alice, bob, carol) = peopled("alice", "bob", "carol")
    both, _ = _opened(state, alice, 2)
    all_three, _ = _opened(state, alice, 2, 3)
    assert both != all_three
    for who, people in ((bob, [1]), (alice, [2, 2, 1]), (bob, [1, 1])):
        assert _opened(state, who, *people) == (both, [])
    assert _opened(state, carol, 2, 1) == (all_three, [])
    # A name is only what somebody is called now.
    state.apply([replace(bob.user, name="robert", skeleton="robert")])
    assert _opened(state, alice, 2) == (both, [])
    assert others_in(state, state.rooms[both], alice.user.id) == (Who(2, "robert"),)


def test_one_request_makes_one_conversation() -> None:
    state, (alice, bob) = peopled("alice", "bob")
    request, work = OpenDirect(send_id(), [2]), batch(state)
    number = work.direct(alice, request)
    assert work.direct(alice, request) == number
    assert work.direct(bob, OpenDirect(send_id(), [1])) == number
    assert len(work.events) == 2
    state.apply(work.changes())
    assert batch(state, earlier_of(work.events)).direct(alice, request) == number
    with pytest.raises(ChatError) as short:
        batch(state).direct(alice, OpenDirect(b"short", [2]))
    assert short.value.code is Code.BAD_REQUEST
    used = batch(state)
    send = says(number, "hi")
    used.sends(alice, [send])
    with pytest.raises(ChatError) as refused:
        used.direct(alice, OpenDirect(send.id, [2]))
    assert refused.value.code is Code.SEND_ID_REUSED


def test_each_sees_the_others_names() -> None:
    state, (alice, bob, carol) = peopled("alice", "bob", "carol")
    number, _ = _opened(state, carol, 2, 1)
    room = state.rooms[number]
    shown = [conversation_name(others_in(state, room, who.user.id)) for who in (alice, bob, carol)]
    assert shown == ["@bob,carol", "@alice,carol", "@alice,bob"]
    assert others_in(state, state.rooms[1], alice.user.id) == ()


@pytest.mark.parametrize(
    ("people", "code"),
    [
        ([], Code.BAD_REQUEST),
        ([1], Code.BAD_REQUEST),
        ([99], Code.NOT_FOUND),
        ([0], Code.NOT_FOUND),
        ([2, -1], Code.NOT_FOUND),
        (list(range(1, DIRECT_MEMBERS + 2)), Code.TOO_LARGE),
    ],
)
def test_what_is_no_conversation_is_refused(people: list[int], code: Code) -> None:
    state, (alice, *_) = peopled("alice", *_MANY)
    assert _refusal(state, alice, people) is code
    assert _opened(state, alice, *range(1, DIRECT_MEMBERS + 1))[0]


def test_a_closed_account_is_not_written_to_for_the_first_time() -> None:
    state, (alice, bob, carol) = peopled("alice", "bob", "carol")
    known, _ = _opened(state, alice, 2)
    state.apply([replace(who.user, active=False) for who in (bob, carol)])
    assert _refusal(state, alice, [3]) is Code.FORBIDDEN
    assert _opened(state, alice, 2) == (known, [])  # what was said is still to be read


def test_a_guest_talks_to_people_whom_it_shares_a_room_with() -> None:
    state, (alice, bob, gus) = peopled("alice", "bob", "gus")
    guest = replace(gus.user, role=RealmRole.GUEST)
    state.apply([guest])
    stands(state, 1, gus, standing=Standing.FORMER)  # guests are not in the general room
    room = room_of(state, alice, "dev")
    stands(state, room.id, gus)
    assert _refusal(state, gus, [2]) is Code.NOT_FOUND  # as if there were nobody
    assert _refusal(state, gus, [1, 2]) is Code.NOT_FOUND
    assert _opened(state, gus, 1)[1] != []
    assert _opened(state, bob, 3)[1] != []  # and whoever writes to it shares one from then on


@pytest.mark.parametrize(
    "body",
    [
        Left(1, "alice"),
        Kicked(2, "bob"),
        Invited(3, "carol"),
        Renamed("us"),
        Archived(),
        Appointed(2, "bob", Role.OWNER),
        Joined(1, "alice"),
    ],
)
def test_a_conversation_stays_as_it_is(body: Body) -> None:
    state, (alice, _bob, _carol) = peopled("alice", "bob", "carol")
    number, _ = _opened(state, alice, 2)
    (result,) = batch(state).sends(alice, [item(number, body)])
    assert getattr(result, "code", "") == Code.FORBIDDEN


def test_to_others_a_conversation_does_not_exist() -> None:
    state, (alice, _bob, carol) = peopled("alice", "bob", "carol")
    state.apply([replace(carol.user, role=RealmRole.ADMIN)])
    number, _ = _opened(state, alice, 2)
    bodies: list[Body] = [
        Posted("hi"),
        Joined(3, "carol"),
        Kicked(2, "bob"),
        Reacted(1, "x"),
        Pinned(1),
    ]
    results = batch(state).sends(carol, [item(number, body) for body in bodies])
    assert {getattr(result, "code", "") for result in results} == {Code.NOT_FOUND}
