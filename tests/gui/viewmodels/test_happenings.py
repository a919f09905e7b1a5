"""What happened, as sentences."""

from __future__ import annotations

import pytest
from zmqchat_gui.bridge.entries import entry_of
from zmqchat_gui.viewmodels.happenings import sentence
from zmqchat_gui.viewmodels.persons import Person, Persons

from tests.gui.fakes import event, who
from zmqchat.protocol.who import Who


@pytest.mark.parametrize("display", ["", "Bo Berg"])
def test_a_name_is_told_beside_the_one_before(display: str) -> None:
    """Also when the person is known by the new one, or by another still."""
    persons = Persons(who("maja"))
    persons.learn([Person(who("bo").id, "bobby", display)])
    renamed = event(1, type="person-renamed", sender="bo", member="bo", name="bo.berg")
    assert sentence(entry_of(renamed), persons) == "bo is called bo.berg now"


def test_whoever_renames_oneself_reads_the_same() -> None:
    persons = Persons(Who(who("maja").id, "maja.berg"))
    persons.learn([Person(who("maja").id, "maja.berg", "")])
    renamed = event(1, type="person-renamed", sender="maja", member="maja", name="maja.berg")
    assert sentence(entry_of(renamed), persons) == "maja is called maja.berg now"


def test_what_else_somebody_did_is_told_by_how_they_are_called_now() -> None:
    persons = Persons(who("maja"))
    persons.learn([Person(who("bo").id, "bobby", "Bo Berg")])
    joined = event(1, type="joined", sender="bo", member="bo", member_id=who("bo").id)
    assert sentence(entry_of(joined), persons) == "Bo Berg joined"
