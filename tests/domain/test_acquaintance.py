"""Whom a name or an id means, and who may know of whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domain.cases import asks, realm_of, room_with, user
from zmqchat.domain import acquaintance
from zmqchat.domain.acquaintance import (
    acquaintances,
    find_people,
    find_user,
    former_names,
    knows,
    named,
    person,
)
from zmqchat.domain.draft import Draft, State
from zmqchat.domain.realm_permissions import OPERATOR
from zmqchat.domain.state import FormerName
from zmqchat.errors import ChatError, Code
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.requests import RenameUser, SetRealmRole
from zmqchat.protocol.rooms import RoomKind
from zmqchat.protocol.who import Who


def _renamed() -> State:
    """Bob became robert and then rob, and carol was always carol."""
    state = realm_of("alice", "bob", "carol")
    asks(state, OPERATOR, RenameUser("bob", "robert"))
    asks(state, OPERATOR, RenameUser("robert", "rob"))
    return state


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("rob", 2),
        ("Rob", 2),
        ("robert", 2),
        ("bob", 2),
        ("b\u043eb", 2),  # a Cyrillic o: names that look alike are one
        ("carol", 3),
        ("nemo", None),
        ("", None),
        ("a b", None),
        ("rob,carol", None),
        ("x" * 100_000, None),
    ],
)
def test_a_name_means_who_has_it_or_else_who_had_it(name: str, found: int | None) -> None:
    who = named(_renamed(), name)
    assert (who.id if who else None) == found


def test_somebody_elses_present_name_comes_before_a_former_one() -> None:
    state = _renamed()
    # No decision gives a former name away; should a database say so, whoever has it now is meant.
    state.apply([FormerName(user(state, "carol").skeleton, "carol", 1)])
    found = named(state, "carol")
    assert found is not None
    assert found.id == 3


def test_accounts_are_found_by_exactly_the_names_that_they_have_or_had() -> None:
    state = _renamed()
    assert [find_user(state, name).id for name in ("rob", "robert", "bob")] == [2, 2, 2]
    for name in ("ROB", "Bob", "b0b"):
        with pytest.raises(ChatError, match="Did you mean 'rob'"):
            find_user(state, name)


def test_former_names_are_told_without_the_present_one() -> None:
    state = _renamed()
    assert former_names(state, user(state, "rob")) == ("bob", "robert")
    asks(state, OPERATOR, RenameUser("rob", "bob"))
    assert former_names(state, user(state, "bob")) == ("robert", "rob")
    assert former_names(state, user(state, "carol")) == ()


def test_a_draft_knows_the_former_names_of_its_own_and_of_what_is_below() -> None:
    state = _renamed()
    draft = Draft(state)
    draft.put(FormerName("skeleton", "bobby", 2), FormerName("other", "alicia", 1))
    assert former_names(draft, user(state, "rob")) == ("bob", "robert", "bobby")
    assert former_names(draft, user(state, "alice")) == ("alicia",)
    assert former_names(state, user(state, "alice")) == ()


def test_each_name_is_answered_in_its_place() -> None:
    state = _renamed()
    alice = user(state, "alice")
    names = ["carol", "nemo", "bob", "a b", "carol"]
    carol = Who(3, "carol")
    assert find_people(state, alice, names) == [carol, None, Who(2, "rob"), None, carol]
    assert find_people(state, alice, []) == []


def test_a_guest_knows_those_whom_it_shares_a_room_with_and_itself() -> None:
    state = _renamed()
    asks(state, OPERATOR, SetRealmRole("carol", RealmRole.GUEST))
    room_with(state, RoomKind.PRIVATE, "alice", "carol")
    room_with(state, RoomKind.PRIVATE, "alice", "rob")
    carol = user(state, "carol")
    assert acquaintances(state, carol, 0, 9) == [1, 3]
    assert [knows(state, carol, other) for other in (1, 2, 3)] == [True, False, True]
    names = ["alice", "rob", "bob", "carol"]
    assert find_people(state, carol, names) == [Who(1, "alice"), None, None, Who(3, "carol")]
    messages = []
    for other in (2, 9):
        with pytest.raises(ChatError) as refused:
            person(state, carol, other)
        assert refused.value.code is Code.NOT_FOUND
        messages.append(refused.value.message.replace(str(other), "N"))
    assert messages[0] == messages[1]
    member = replace(carol, role=RealmRole.MEMBER)
    assert acquaintances(state, member, 0, 9) == [1, 2, 3]
    assert person(state, member, 2).name == "rob"


def test_a_conversation_of_more_than_there_can_be_is_none_and_costs_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state = realm_of("alice")
    looked: list[str] = []
    monkeypatch.setattr(acquaintance, "named", lambda _view, name: looked.append(name))
    assert acquaintance.room_called(state, user(state, "alice"), "@" + "a," * 500_000) is None
    assert looked == []
