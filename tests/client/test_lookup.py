"""What people call rooms."""

from __future__ import annotations

import pytest

from zmqchat.client.lookup import bare, names_of, same


@pytest.mark.parametrize(
    ("one", "other"),
    [("general", "General"), ("@bob", "@Bob"), ("@bob,carol", "@carol, bob"), ("@a,b", "@b,@a")],
)
def test_rooms_that_are_the_same(one: str, other: str) -> None:
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(("one", "other"), [("bob", "@bob"), ("@bob", "@bob,carol"), ("a", "b")])
def test_rooms_that_are_not(one: str, other: str) -> None:
    assert not same(one, other)


def test_people_of_a_direct_room() -> None:
    assert names_of("@bob, @carol,") == ("bob", "carol")
    assert names_of("general") == ()
    assert bare("#general") == "general"
