"""Whom the person ignores: the list, and that nothing of theirs is shown by accident."""

from __future__ import annotations

from pathlib import Path

import pytest
from zmqchat_gui.bridge import updates as up
from zmqchat_gui.bridge.drafts import Drafts
from zmqchat_gui.viewmodels.account import Account
from zmqchat_gui.viewmodels.ignored import IgnoredModel
from zmqchat_gui.viewmodels.persons import Person, Persons
from zmqchat_gui.viewmodels.roombook import RoomBook
from zmqchat_gui.viewmodels.timeline import TimelineModel
from zmqchat_gui.viewmodels.typists import TypingHere

from tests.gui.fakes import FakeGateway, at, entries, event, ignoring, loaded, opened, rows, who
from zmqchat.client import RoomState

NOBODY: dict[int, str] = {}


def told(*events: tuple[str, str]) -> tuple[TimelineModel, Persons]:
    """A timeline where these said something, oldest first."""
    persons = Persons(who("maja"))
    model = TimelineModel(at("general"), FakeGateway(), persons)
    persons.setParent(model)
    page = entries(*(event(seq, text, who) for seq, (who, text) in enumerate(events, 1)))
    model.load(loaded(page, whole=True))
    return model, persons


def kinds(model: TimelineModel) -> list[str]:
    return list(reversed(rows(model, "kind")))


def test_the_list_follows_the_account() -> None:
    persons = Persons(who("maja"))
    persons.learn([Person(who("bo").id, "bo", "Bo Berg")])
    model = IgnoredModel(persons)
    persons.ignore(ignoring("bo", "ada"))
    assert rows(model, "name", "title") == [("ada", "ada"), ("bo", "Bo Berg")]
    persons.ignore(NOBODY)
    assert model.count == 0


def test_it_is_said_what_happened() -> None:
    gateway, done = FakeGateway(), list[str]()
    account = Account(gateway, Persons(who("maja")))
    account.done.connect(done.append)
    account.ignore("bo", True)
    gateway.answer(None)
    account.ignore("bo", False)
    gateway.answer(None)
    assert done == ["You ignore bo now. Settings, Account has the list.", "You see bo again."]


def test_their_messages_become_one_line() -> None:
    model, persons = told(("ada", "hi"), ("bo", "a"), ("bo", "b"), ("cy", "so"), ("bo", "c"))
    persons.ignore(ignoring("bo"))
    assert kinds(model) == ["message", "folded", "hidden", "message", "folded"]
    shown = list(reversed(rows(model, "plain", "blocks")))
    assert shown[1] == ("Hidden: you ignore bo.", [])
    persons.ignore(NOBODY)
    assert kinds(model) == ["message"] * 5


def test_a_line_opens_with_what_follows_it_and_no_further() -> None:
    model, persons = told(("bo", "a"), ("bo", "b"), ("cy", "so"), ("bo", "c"))
    persons.ignore(ignoring("bo"))
    model.unfold("s1")
    assert kinds(model) == ["message", "message", "message", "folded"]
    assert list(reversed(rows(model, "plain")))[:2] == ["a", "b"]
    model.unfold("there is none such")


def test_what_they_say_later_is_folded_again() -> None:
    model, persons = told(("bo", "a"))
    persons.ignore(ignoring("bo"))
    model.unfold("s1")
    model.hear(up.Arrived(at("general").id, [event(2, "b", "bo")]))
    assert kinds(model) == ["message", "folded"]


def test_an_answer_does_not_quote_them() -> None:
    model, persons = told(("bo", "a secret"))
    model.hear(up.Arrived(at("general").id, [event(2, "what?", "cy", reply_to=1)]))
    assert rows(model, "replyText")[0] == "a secret"
    persons.ignore(ignoring("bo"))
    assert rows(model, "replyText")[0] == "Hidden message"


def test_one_who_is_ignored_is_not_seen_typing() -> None:
    persons = Persons(who("maja"))
    typing = TypingHere(persons)
    persons.ignore(ignoring("bo"))
    typing.heard(who("bo"), on=True)
    assert typing.text == ""
    typing.heard(who("ada"), on=True)
    assert typing.text.startswith("ada ")


@pytest.mark.parametrize(
    ("ignored", "mentions"),
    [(NOBODY, 5), (ignoring("bo"), 3), (ignoring("bo", "cy"), 0), (ignoring("cy"), 5)],
)
def test_a_direct_room_of_ignored_people_only_is_quiet(
    tmp_path: Path, ignored: dict[int, str], mentions: int
) -> None:
    host = FakeGateway()
    book = RoomBook("work", host, Persons(who("maja")), Drafts(tmp_path / "drafts.json"), host)
    for room in ("@bo", "@bo,cy"):
        book.on_opened(opened(room))
    states = {
        at("@bo").id: RoomState("@bo", 0, 2, 0, 2, "all", muted=False),
        at("@bo,cy").id: RoomState("@bo,cy", 0, 3, 0, 3, "all", muted=False),
    }
    book.on_states(up.States(states, ignored))
    assert book.mentions == mentions


def test_what_was_opened_is_folded_again() -> None:
    model, persons = told(("bo", "a"), ("bo", "b"), ("cy", "so"), ("bo", "c"), ("dee", "d"))
    persons.ignore(ignoring("bo", "dee"))
    for key in ("s1", "s4", "s5"):
        model.unfold(key)
    assert [model.isUnfolded(f"s{seq}") for seq in range(1, 7)] == [
        True,
        True,
        False,
        True,
        True,
        False,
    ]
    model.fold("s2")
    assert kinds(model) == ["folded", "hidden", "message", "folded", "message"]
    assert not model.isUnfolded("s1")
    model.fold("there is none such")
