"""Members without a server: their groups, what may be done to them, and many of them."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from zmqchat_gui.viewmodels.people import MembersModel
from zmqchat_gui.viewmodels.persons import Persons

from tests.gui.fakes import Changes, FakeGateway, at, event, ignoring, rows, who

DASH = "\N{EM DASH}"


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def persons() -> Persons:
    return Persons(who("maja"))


@pytest.fixture
def members(gateway: FakeGateway, persons: Persons) -> MembersModel:
    made = MembersModel(at("general").id, gateway, persons)
    persons.setParent(made)
    return made


def person(name: str, presence: str = "online", role: str | None = "member") -> dict[str, Any]:
    return {
        "name": name,
        "role": role,
        "presence": presence,
        "online": presence == "online",
        "realm_role": "member",
        "display": "",
        "status": "",
        "picture": "",
        "active": True,
        "user_id": who(name).id,
        "former": [],
    }


def load(members: MembersModel, gateway: FakeGateway, *people: dict[str, Any]) -> None:
    members.refresh()
    gateway.answer(list(people))


def test_they_are_grouped_by_presence_with_counts(
    members: MembersModel, gateway: FakeGateway
) -> None:
    load(
        members,
        gateway,
        person("bo", "offline"),
        person("dora"),
        person("cy", "away"),
        person("maja"),
        person("ada", "offline"),
    )
    assert rows(members, "name", "sectionText") == [
        ("dora", f"Online {DASH} 2"),
        ("maja", ""),
        ("cy", f"Away {DASH} 1"),
        ("ada", f"Offline {DASH} 2"),
        ("bo", ""),
    ]


def test_somebody_who_goes_away_moves_without_moving_the_rest(
    qtbot: QtBot, members: MembersModel, gateway: FakeGateway, persons: Persons
) -> None:
    load(members, gateway, person("ada"), person("bo"), person("maja"))
    changes = Changes(members)
    persons.is_there(who("ada"), "away")
    persons.is_there(who("bo"), "away")
    qtbot.waitUntil(lambda: rows(members, "name") == ["maja", "ada", "bo"])
    assert {kind for kind, *_ in changes.seen} == {"change"}


def test_what_may_be_done_follows_the_role(members: MembersModel, gateway: FakeGateway) -> None:
    people = [person("ada", role="owner"), person("bo"), person("cy", role="moderator")]
    load(members, gateway, *people, person("maja"))
    assert rows(members, "canKick") == [False] * 4
    load(members, gateway, *people, person("maja", role="moderator"))
    assert rows(members, "name", "canKick", "roles") == [
        ("ada", False, []),
        ("bo", True, []),
        ("cy", False, []),
        ("maja", False, []),
    ]
    members.administers(True)
    assert rows(members, "canBan") == [False, True, True, True]
    assert rows(members, "roles")[1] == ["owner", "moderator"]


def test_the_filter_finds_names_and_display_names(
    members: MembersModel, gateway: FakeGateway
) -> None:
    chiara = person("cb") | {"display": "Chiara Bonetti"}
    load(members, gateway, person("ada"), chiara, person("maja"))
    members.setProperty("filter", "@BON")
    assert rows(members, "name", "sectionText") == [("cb", f"Online {DASH} 1")]
    assert (members.total, members.count) == (3, 1)
    members.setProperty("filter", "")
    assert members.count == 3


def test_of_everybody_only_those_who_could_be_invited_are_shown(
    gateway: FakeGateway, persons: Persons
) -> None:
    everybody = MembersModel(None, gateway, persons)
    closed = person("old", role=None) | {"active": False}
    load(everybody, gateway, person("ada", role=None), closed, person("maja", role=None))
    assert rows(everybody, "name") == ["ada"]


def test_who_is_ignored_is_marked(
    members: MembersModel, gateway: FakeGateway, persons: Persons
) -> None:
    load(members, gateway, person("ada"), person("maja"))
    changes = Changes(members)
    persons.ignore(ignoring("ada"))
    assert rows(members, "ignored") == [True, False]
    assert changes.seen == [("change", 0, 1)]


def test_a_storm_among_two_thousand_is_one_change(
    qtbot: QtBot, members: MembersModel, gateway: FakeGateway, persons: Persons
) -> None:
    load(members, gateway, *(person(f"p{number:04}") for number in range(2000)), person("maja"))
    assert members.searchable
    changes = Changes(members)
    for number in range(0, 2000, 2):
        persons.is_there(who(f"p{number:04}"), "offline")
    qtbot.waitUntil(lambda: changes.seen != [])
    assert changes.seen == [("change", 0, 2000)]
    assert rows(members, "sectionText")[1001] == f"Offline {DASH} 1,000"


def test_the_filter_means_who_is_called_just_so_or_else_the_first(
    gateway: FakeGateway, persons: Persons
) -> None:
    everybody = MembersModel(None, gateway, persons)
    sleeper = person("maj", "offline", role=None)
    load(everybody, gateway, person("maj.berg", role=None), sleeper, person("ada", role=None))
    assert everybody.likeliest() == -1
    for typed, meant in (("maj.", "maj.berg"), ("@MAJ", "maj"), ("a", "ada"), ("z", None)):
        everybody.setProperty("filter", typed)
        place = everybody.likeliest()
        assert (rows(everybody, "name")[place] if place >= 0 else None) == meant


def test_an_old_page_does_not_bring_back_who_was_kicked_while_it_was_read(
    members: MembersModel, gateway: FakeGateway
) -> None:
    people = [person("ada"), person("bo"), person("maja")]
    load(members, gateway, *people)
    members.refresh()
    kicked: dict[str, Any] = {"member": "bo", "member_id": who("bo").id}
    members.hear([event(1, type="kicked", sender="ada", **kicked)])
    gateway.answer(people)
    assert rows(members, "name") == ["ada", "maja"]
    assert gateway.asked == []


def test_who_comes_and_goes_is_heard_and_nobody_is_asked(
    members: MembersModel, gateway: FakeGateway, qtbot: QtBot
) -> None:
    load(members, gateway, person("ada"), person("bo"), person("maja"))

    def happens(seq: int, kind: str, name: str, by: str = "ada", **more: str) -> None:
        about: dict[str, Any] = {"member": name, "member_id": who(name).id, **more}
        members.hear([event(seq, type=kind, sender=by, **about)])

    happens(1, "joined", "cy", by="cy")
    happens(2, "invited", "dee")
    happens(3, "kicked", "bo")
    happens(4, "appointed", "cy", role="moderator")
    happens(5, "left", "dee", by="dee")
    happens(6, "banned", "nobody")
    expected = [("ada", "member"), ("cy", "moderator"), ("maja", "member")]
    qtbot.waitUntil(lambda: sorted(rows(members, "name", "role")) == expected)
    happens(7, "appointed", "maja", role="owner")
    assert members.my_role == "owner"
    assert members.total == 3
    assert gateway.asked == []


def test_whether_somebody_who_was_invited_is_in_is_seen_at_the_next_look(
    members: MembersModel, gateway: FakeGateway
) -> None:
    """Of one who ignores the inviter the log says the same, and the person is not in."""
    load(members, gateway, person("ada"), person("maja"))
    about: dict[str, Any] = {"member": "dee", "member_id": who("dee").id}
    members.hear([event(1, type="joined", sender="cy", member="cy", member_id=who("cy").id)])
    members.look()
    assert gateway.asked == []
    members.hear([event(2, type="invited", sender="ada", **about)])
    assert members.total == 4
    members.look()
    gateway.answer([person("ada"), person("maja"), person("cy")])
    assert sorted(rows(members, "name")) == ["ada", "cy", "maja"]


def test_ones_own_role_is_known_before_the_members_are_read(members: MembersModel) -> None:
    members.role = "moderator"
    assert members.my_role == "moderator"
    mine: dict[str, Any] = {"member": "maja", "member_id": who("maja").id, "role": "member"}
    members.hear([event(1, type="appointed", **mine)])
    assert members.my_role == "member"
