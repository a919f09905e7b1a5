"""What people call rooms, and which of them are meant."""

from __future__ import annotations

import msgspec
import pytest

from tests.client.samples import ALICE, BOB, conversation, info
from zmqchat.client.naming import Where, bare, looks_like, meant, title, where
from zmqchat.protocol.rooms import RoomInfo
from zmqchat.protocol.who import Who

CAROL = Who(3, "carol")


@pytest.mark.parametrize("typed", ["general", "#general", "General", "GENERAL", "#Genera1"])
def test_a_room_is_meant_as_the_server_compares_names(typed: str) -> None:
    room = info([], 0)
    assert meant([room, info([], 0, 2, "other")], typed) == [room]


@pytest.mark.parametrize(("name", "typed"), [("straße", "STRASSE"), ("caf\u00e9", "cafe\u0301")])
def test_a_name_has_many_spellings(name: str, typed: str) -> None:
    assert meant([info([], 0, name=name)], typed)


@pytest.mark.parametrize("typed", ["bob", "bob,carol", "@", "@,", "@bob", "@bob,carol,dave", ""])
def test_rooms_that_are_not_meant(typed: str) -> None:
    assert meant([conversation(BOB, CAROL), info([], 0)], typed) == []


@pytest.mark.parametrize("typed", ["@bob,carol", "@carol, @bob", "@Carol,BOB,bob", "@carol,bob,"])
def test_the_people_of_a_conversation_stand_in_any_order(typed: str) -> None:
    room = conversation(BOB, CAROL)
    assert meant([conversation(BOB, room=8), room], typed) == [room]


def test_a_conversation_is_no_room_of_that_name() -> None:
    """No room is called so; what a database says beside that does not mix the two up."""
    strange = msgspec.structs.replace(info([], 0), name="@bob")
    talk = conversation(BOB)
    assert meant([strange, talk], "@bob") == [talk]


def test_rooms_that_are_called_alike_are_two() -> None:
    one, other = info([], 0, 1, "plans"), info([], 0, 2, "Plans")
    assert meant([one, other], "plans") == [one, other]
    assert meant([one, other], 2) == [other]
    assert where(one) != where(other)


def test_a_conversation_is_called_after_its_people() -> None:
    talk = conversation(ALICE, BOB)
    assert (title(talk), where(talk)) == ("@alice,bob", Where(9, "@alice,bob"))
    assert title(info([], 0)) == "general"
    assert bare("#general") == "general"


def test_what_looks_like_a_name_is_told_from_it() -> None:
    assert looks_like("b0b", "bob")
    assert not looks_like("BOB", "bob")
    assert not looks_like("robert", "bob")


def test_a_room_without_a_name_means_nothing() -> None:
    nameless: RoomInfo = info([], 0, name="")
    assert meant([nameless], "") == []
