"""Conversations: the one room of exactly these people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.domain.realms import batch, earlier_of, item, peopled, room_of, says, send_id, stands
from zmqchat.domain.batch import Actor
from zmqchat.domain.direct import shown_name
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

_MANY = [f"p{letter}" for letter in "abcdefghjkmnopqrst"[:DIRECT_MEMBERS]]


def _opened(state: State, who: Actor, *names: str) -> tuple[int, list[StoredEvent]]:
    work = batch(state)
    room = work.direct(who, OpenDirect(send_id(), list(names)))
    state.apply(work.changes())
    return room, work.events


def _refusal(state: State, who: Actor, names: Sequence[str]) -> Code:
    work = batch(state)
    with pytest.raises(ChatError) as refused:
        work.direct(who, OpenDirect(send_id(), list(names)))
    assert (work.events, work.changes(), work.segments) == ([], [], [])
    return refused.value.code


def test_a_conversation_begins_with_its_people() -> None:
    state, (alice, bob, carol) = peopled("alice", "bob", "carol")
    work = batch(state)
    number = work.direct(alice, OpenDirect(send_id(), ["carol", "bob"]))
    state.apply(work.changes())
    room = state.rooms[number]
    assert (room.kind, room.name, room.seq, room.posted) == (RoomKind.DIRECT, "", 3, 0)
    bodies: list[Body] = [codec.decode_body(event.type, event.body) for event in work.events]
    assert bodies == [Joined("alice"), Invited("bob"), Invited("carol")]
    assert {event.sender for event in work.events} == {"alice"}
    for who in (alice, bob, carol):
        held = state.membership(number, who.user.id)
        assert held is not None
        assert (held.role, held.standing) == (Role.MEMBER, Standing.MEMBER)
    assert work.touched_users == {who.user.id for who in (alice, bob, carol)}


def test_the_same_people_have_one_conversation_whoever_asks_and_however() -> None:
    state, (alice, bob, carol) = peopled("alice", "bob", "carol")
    both, _ = _opened(state, alice, "bob")
    all_three, _ = _opened(state, alice, "bob", "carol")
    assert both != all_three
    for who, names in ((bob, ["alice"]), (alice, ["bob", "bob", "alice"]), (bob, ["Alice"])):
        assert _opened(state, who, *names) == (both, [])
    assert _opened(state, carol, "bob", "alice") == (all_three, [])
    # A name is only what somebody is called now.
    state.apply([replace(bob.user, name="robert", skeleton="robert")])
    assert _opened(state, alice, "robert") == (both, [])
    assert shown_name(state, state.rooms[both], alice.user.id) == "@robert"


def test_one_request_makes_one_conversation() -> None:
    state, (alice, bob) = peopled("alice", "bob")
    request, work = OpenDirect(send_id(), ["bob"]), batch(state)
    number = work.direct(alice, request)
    assert work.direct(alice, request) == number
    assert work.direct(bob, OpenDirect(send_id(), ["alice"])) == number
    assert len(work.events) == 2
    state.apply(work.changes())
    assert batch(state, earlier_of(work.events)).direct(alice, request) == number
    with pytest.raises(ChatError) as short:
        batch(state).direct(alice, OpenDirect(b"short", ["bob"]))
    assert short.value.code is Code.BAD_REQUEST
    used = batch(state)
    send = says(number, "hi")
    used.sends(alice, [send])
    with pytest.raises(ChatError) as refused:
        used.direct(alice, OpenDirect(send.id, ["bob"]))
    assert refused.value.code is Code.SEND_ID_REUSED


def test_each_sees_the_others_names() -> None:
    state, (alice, bob, carol) = peopled("alice", "bob", "carol")
    number, _ = _opened(state, carol, "bob", "alice")
    room = state.rooms[number]
    shown = [shown_name(state, room, who.user.id) for who in (alice, bob, carol)]
    assert shown == ["@bob,carol", "@alice,carol", "@alice,bob"]
    assert shown_name(state, state.rooms[1], alice.user.id) == "general"


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ([], Code.BAD_REQUEST),
        (["alice"], Code.BAD_REQUEST),
        (["nemo"], Code.NOT_FOUND),
        (["a b"], Code.NAME_INVALID),
        (_MANY, Code.TOO_LARGE),
    ],
)
def test_what_is_no_conversation_is_refused(names: list[str], code: Code) -> None:
    state, (alice, *_) = peopled("alice", *_MANY)
    assert _refusal(state, alice, names) is code
    assert _opened(state, alice, *_MANY[1:])[0]


def test_a_closed_account_is_not_written_to_for_the_first_time() -> None:
    state, (alice, bob, carol) = peopled("alice", "bob", "carol")
    known, _ = _opened(state, alice, "bob")
    state.apply([replace(who.user, active=False) for who in (bob, carol)])
    assert _refusal(state, alice, ["carol"]) is Code.FORBIDDEN
    assert _opened(state, alice, "bob") == (known, [])  # what was said is still to be read


def test_a_guest_talks_to_people_whom_it_shares_a_room_with() -> None:
    state, (alice, bob, gus) = peopled("alice", "bob", "gus")
    guest = replace(gus.user, role=RealmRole.GUEST)
    state.apply([guest])
    stands(state, 1, gus, standing=Standing.FORMER)  # guests are not in the general room
    room = room_of(state, alice, "dev")
    stands(state, room.id, gus)
    assert _refusal(state, gus, ["bob"]) is Code.FORBIDDEN
    assert _refusal(state, gus, ["alice", "bob"]) is Code.FORBIDDEN
    assert _opened(state, gus, "alice")[1] != []
    assert _opened(state, bob, "gus")[1] != []  # and whoever writes to it shares one from then on


@pytest.mark.parametrize(
    "body",
    [
        Left("alice"),
        Kicked("bob"),
        Invited("carol"),
        Renamed("us"),
        Archived(),
        Appointed("bob", Role.OWNER),
        Joined("alice"),
    ],
)
def test_a_conversation_stays_as_it_is(body: Body) -> None:
    state, (alice, _bob, _carol) = peopled("alice", "bob", "carol")
    number, _ = _opened(state, alice, "bob")
    (result,) = batch(state).sends(alice, [item(number, body)])
    assert getattr(result, "code", "") == Code.FORBIDDEN


def test_to_others_a_conversation_does_not_exist() -> None:
    state, (alice, _bob, carol) = peopled("alice", "bob", "carol")
    state.apply([replace(carol.user, role=RealmRole.ADMIN)])
    number, _ = _opened(state, alice, "bob")
    bodies: list[Body] = [Posted("hi"), Joined("carol"), Kicked("bob"), Reacted(1, "x"), Pinned(1)]
    results = batch(state).sends(carol, [item(number, body) for body in bodies])
    assert {getattr(result, "code", "") for result in results} == {Code.NOT_FOUND}
