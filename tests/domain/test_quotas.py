"""How many names and rooms a join link lets people make, and what stays possible beyond it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domain.cases import asks, user
from tests.domain.realms import NOW, batch, claim, item, peopled, room_of, send_id, stands, token
from zmqchat.domain import quotas
from zmqchat.domain.batch import Actor, Batch
from zmqchat.domain.draft import State
from zmqchat.domain.quotas import ROOMS_MADE, Quotas
from zmqchat.domain.realm_permissions import OPERATOR
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Registration, Standing
from zmqchat.errors import ChatError, Code, Refused
from zmqchat.protocol.events import Invited
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.replies import Refusal
from zmqchat.protocol.requests import CreateRoom, MakeInvite, OpenDirect


def _bounded(state: State, names: int = 99, rooms: int = 99) -> Batch:
    return Batch(state, {}, {}, NOW, token, Quotas(names, rooms))


def _creates(work: Batch, who: Actor, name: str) -> int:
    return work.create(who, CreateRoom(send_id(), name))


def test_a_link_lets_in_so_many_names_and_an_invitation_one_more() -> None:
    state, _ = peopled("alice")
    asks(state, OPERATOR, MakeInvite(), code_hash=b"1" * 32)
    work = _bounded(state, names=2)
    work.claim(claim("bob"), Registration.LINK)
    for registration in (Registration.LINK, Registration.OPEN):
        with pytest.raises(Refused, match="let in 2 names, as many as it may") as refused:
            work.claim(claim("carol"), registration)
        assert refused.value.code is Code.REGISTRATION_CLOSED
    work.claim(claim("bob"), Registration.LINK)  # whoever is in comes in
    invited = replace(claim("eve"), token_hash=b"1" * 32)
    work.claim(invited, Registration.LINK)
    state.apply(work.changes())
    assert [each.by_link for each in state.users.values()] == [True, True, False]
    assert state.by_link()[0] == 2
    with pytest.raises(Refused):
        _bounded(state, names=2).claim(claim("carol"), Registration.LINK)


def test_a_person_makes_so_many_rooms_and_an_administrator_more() -> None:
    state, (alice, bob) = peopled("alice", "bob")
    work = batch(state)
    for number in range(ROOMS_MADE):
        _creates(work, alice, f"r{number}")
    with pytest.raises(Refused, match="as many as one person may") as refused:
        _creates(work, alice, "more")
    assert refused.value.code is Code.FORBIDDEN
    state.apply(work.changes())
    assert state.made_by(alice.user.id) == ROOMS_MADE
    work = batch(state)
    with pytest.raises(Refused):
        _creates(work, alice, "more")
    _creates(work, bob, "bobs")
    work.direct(alice, OpenDirect(send_id(), [2]))  # conversations are counted apart
    state.apply([*work.changes(), replace(user(state, "alice"), role=RealmRole.ADMIN)])
    _creates(batch(state), alice, "more")


def test_rooms_that_are_left_count_on() -> None:
    state, (alice,) = peopled("alice")
    stands(state, room_of(state, alice, "dev").id, alice, standing=Standing.FORMER)
    assert state.made_by(alice.user.id) == 1


def test_all_whom_the_link_let_in_make_so_many_rooms_and_each_a_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(quotas, "ALWAYS_MADE", 2)
    state, (alice, bob, carol) = peopled("alice", "bob", "carol")
    work = _bounded(state, rooms=3)
    for number in range(3):
        _creates(work, alice, f"a{number}")
    with pytest.raises(Refused, match="by the join link have made 3 rooms"):
        _creates(work, alice, "a3")
    for number in range(2):  # the others' share is not used up
        _creates(work, bob, f"b{number}")
    with pytest.raises(Refused):
        _creates(work, bob, "b2")
    state.apply(work.changes())
    assert state.by_link() == (3, 5)
    state.apply([replace(carol.user, by_link=False)])
    work = _bounded(state, rooms=3)
    for number in range(3):
        _creates(work, carol, f"c{number}")


def test_conversations_beyond_are_counted_by_who_made_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "ALWAYS_MADE", 1)
    state, (alice, bob, carol) = peopled("alice", "bob", "carol")
    work = _bounded(state, rooms=2)
    for other in (bob, carol):
        work.direct(alice, OpenDirect(send_id(), [other.user.id]))
    with pytest.raises(Refused):
        work.direct(alice, OpenDirect(send_id(), [bob.user.id, carol.user.id]))
    work.direct(bob, OpenDirect(send_id(), [carol.user.id]))  # in two rooms already, of others


def test_nobody_is_in_more_rooms_than_a_list_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "ROOMS_PER_USER", 2)
    state, (alice, bob) = peopled("alice", "bob")
    plans = room_of(state, alice, "plans").id
    room_of(state, bob, "bobs")
    work = batch(state)
    (refusal,) = work.sends(alice, [item(plans, Invited(2, "bob"))])
    assert isinstance(refusal, Refusal)
    assert refusal.message.startswith("bob is in 2 rooms, as many as one can be in")
    with pytest.raises(ChatError, match="alice is in 2 rooms"):
        _creates(work, alice, "more")
    with pytest.raises(ChatError, match="alice is in 2 rooms"):
        work.direct(alice, OpenDirect(send_id(), [2]))
    state.apply(work.changes())
    assert state.room_count(bob.user.id) == 2
    assert GENERAL_ID in state.rooms_of(bob.user.id)
