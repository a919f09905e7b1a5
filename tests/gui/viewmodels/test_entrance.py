"""The connect page without a window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from zmqchat_gui.bridge.joining import Credentials
from zmqchat_gui.viewmodels.entrance import Entrance
from zmqchat_gui.viewmodels.offers import LOCAL

from tests.gui.fakes import rows
from zmqchat.client import Profile
from zmqchat.client import profile as profiles
from zmqchat.errors import ChatError, Code
from zmqchat.security.keys import KeyPair
from zmqchat.security.links import JoinLink

HERE = JoinLink("127.0.0.1", 5555, bytes(range(32)), "t")
THERE = JoinLink("chat.example", 5555, bytes(range(1, 33)), "t")


class FakeJoiner:
    """Keeps the attempt."""

    def __init__(self) -> None:
        self.asked: list[tuple[JoinLink, str]] = []
        self.done: Callable[[Profile | ChatError], None] = lambda _result: None
        self.cancelled = 0
        self.extra = Credentials()

    def join(
        self,
        link: JoinLink,
        name: str,
        extra: Credentials,
        done: Callable[[Profile | ChatError], None],
    ) -> None:
        self.asked.append((link, name))
        self.extra = extra
        self.done = done

    def cancel(self) -> None:
        self.cancelled += 1


@pytest.fixture
def joiner() -> FakeJoiner:
    return FakeJoiner()


def made(joiner: FakeJoiner, local: JoinLink | None = HERE) -> Entrance:
    entrance = Entrance(joiner, lambda: local, frozenset)
    entrance.refresh()
    return entrance


def saved(label: str, link: JoinLink, name: str) -> Profile:
    profile = profiles.prepare(label, link, name)
    profiles.save(profile)
    return profile


def test_a_name_and_connect_is_all_on_the_servers_own_machine(joiner: FakeJoiner) -> None:
    entrance = made(joiner)
    connected: list[str] = []
    entrance.connected.connect(lambda label, _display: connected.append(label))
    assert rows(entrance.offers, "label", "title", "chosen") == [(LOCAL, "This computer", True)]
    assert not entrance.canConnect
    entrance.setProperty("name", " maja ")
    assert entrance.canConnect
    entrance.connectNow()
    assert joiner.asked == [(HERE, "maja")]
    assert entrance.busy
    assert not entrance.canConnect
    joiner.done(saved("maja", HERE, "maja"))
    assert connected == ["maja"]
    assert not entrance.busy


@pytest.mark.parametrize(("login", "name"), [("maja", "maja"), ("root", "lab")])
def test_the_server_here_is_entered_without_a_question(
    joiner: FakeJoiner, login: str, name: str
) -> None:
    made(joiner).enter_here(login, "lab")
    assert joiner.asked == [(HERE, name)]


def test_who_was_here_before_enters_by_that_name(joiner: FakeJoiner) -> None:
    saved("ada", HERE, "ada")
    entrance = made(joiner)
    connected: list[str] = []
    entrance.connected.connect(lambda label, _display: connected.append(label))
    entrance.enter_here("maja", "lab")
    assert connected == ["ada"]
    assert not joiner.asked


def test_where_no_server_is_nothing_is_entered(joiner: FakeJoiner) -> None:
    made(joiner, None).enter_here("maja", "lab")
    assert not joiner.asked


def test_an_earlier_server_needs_no_name(joiner: FakeJoiner) -> None:
    saved("work", THERE, "Maja")
    entrance = made(joiner, local=None)
    connected: list[str] = []
    entrance.connected.connect(lambda label, _display: connected.append(label))
    assert (entrance.name, entrance.nameFixed, entrance.canConnect) == ("Maja", True, True)
    entrance.connectNow()
    assert connected == ["work"]
    assert joiner.asked == []


def test_another_name_at_an_earlier_server_is_a_new_person_there(joiner: FakeJoiner) -> None:
    saved("work", THERE, "Maja")
    entrance = made(joiner, local=None)
    entrance.setProperty("name", "bob")
    assert (entrance.name, entrance.nameFixed, entrance.canConnect) == ("bob", False, True)
    assert rows(entrance.offers, "subtitle") == ["as bob"]
    entrance.setProperty("name", "Maja")
    assert entrance.nameFixed
    entrance.setProperty("name", "bob")
    entrance.connectNow()
    assert joiner.asked == [(THERE, "bob")]
    joiner.done(ChatError(Code.NAME_TAKEN, "taken"))
    entrance.choose("work")
    assert (entrance.name, rows(entrance.offers, "subtitle")) == ("Maja", ["as Maja"])


def test_a_link_says_where_it_leads(joiner: FakeJoiner) -> None:
    entrance = made(joiner)
    entrance.setProperty("name", "maja")
    entrance.setProperty("link", f" {THERE} ")
    assert entrance.linkText == "Server chat.example:5555, key 0102 0304 0506 0708"
    assert rows(entrance.offers, "chosen") == [False]
    entrance.connectNow()
    assert joiner.asked == [(THERE, "maja")]


def test_what_is_wrong_with_a_link_is_said(joiner: FakeJoiner) -> None:
    entrance = made(joiner)
    entrance.setProperty("name", "maja")
    entrance.setProperty("link", str(THERE)[:40])
    assert entrance.linkWrong
    assert "was it cut short?" in entrance.linkText
    assert not entrance.canConnect
    entrance.setProperty("link", "")
    assert entrance.canConnect


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (Code.NAME_TAKEN, "somebody else"),
        (Code.KEY_MISMATCH, "not that of the link"),
        (Code.UNREACHABLE, "does not answer"),
    ],
)
def test_errors_are_in_plain_words(joiner: FakeJoiner, code: Code, words: str) -> None:
    entrance = made(joiner)
    entrance.setProperty("name", "maja")
    entrance.connectNow()
    joiner.done(ChatError(code, "technical"))
    assert words in entrance.error
    assert entrance.advice
    assert entrance.canConnect
    entrance.setProperty("name", "maj")
    assert entrance.error == ""


def test_a_link_from_outside_asks_first(joiner: FakeJoiner) -> None:
    entrance = made(joiner)
    entrance.ask_about(str(THERE))
    assert entrance.question.open
    assert "chat.example:5555" in entrance.question.text
    assert entrance.link == ""
    entrance.question.decline()
    assert not entrance.question.open
    entrance.ask_about(str(THERE))
    entrance.question.accept()
    assert entrance.link == str(THERE)
    assert joiner.asked == []


def test_a_link_to_where_one_is_already_leads_there(joiner: FakeJoiner) -> None:
    saved("work", THERE, "Maja")
    entrance = made(joiner)
    connected: list[str] = []
    entrance.connected.connect(lambda label, _display: connected.append(label))
    entrance.ask_about(str(THERE))
    assert "where you are Maja" in entrance.question.text
    entrance.question.accept()
    assert connected == ["work"]
    assert not joiner.asked


def test_a_damaged_link_from_outside_is_an_error(joiner: FakeJoiner) -> None:
    entrance = made(joiner)
    entrance.ask_about("zmqchat://nonsense")
    assert not entrance.question.open
    assert "join link" in entrance.error


def test_connecting_can_be_stopped(joiner: FakeJoiner) -> None:
    entrance = made(joiner)
    entrance.setProperty("name", "maja")
    entrance.connectNow()
    entrance.cancel()
    assert joiner.cancelled == 1
    assert entrance.canConnect


def test_a_forgotten_server_is_gone(joiner: FakeJoiner) -> None:
    saved("work", THERE, KeyPair.generate().public.hex()[:8])
    entrance = made(joiner, local=None)
    entrance.forget("work")
    assert rows(entrance.offers, "label") == []
    assert profiles.labels() == []


def test_a_taken_name_asks_for_what_lets_a_further_device_in(joiner: FakeJoiner) -> None:
    entrance = made(joiner)
    entrance.setProperty("name", "maja")
    entrance.connectNow()
    assert not entrance.wantsPassword
    joiner.done(ChatError(Code.NAME_TAKEN, "taken"))
    assert entrance.wantsPassword
    entrance.setProperty("password", "open sesame")
    entrance.setProperty("code", " 123-456 ")
    entrance.connectNow()
    assert joiner.extra == Credentials("open sesame", "123-456")
    entrance.setProperty("name", "other")
    assert (entrance.password, entrance.wantsPassword) == ("", False)


def test_a_closed_server_asks_for_an_invitation(joiner: FakeJoiner) -> None:
    entrance = made(joiner)
    entrance.setProperty("name", "maja")
    entrance.connectNow()
    joiner.done(ChatError(Code.REGISTRATION_CLOSED, "closed"))
    assert entrance.wantsInvite


@pytest.mark.parametrize("invitation", [" 3HB4-QXDH ", str(replace(HERE, token="3HB4-QXDH"))])
def test_an_invitation_is_what_the_server_is_joined_with(
    joiner: FakeJoiner, invitation: str
) -> None:
    entrance = made(joiner)
    entrance.setProperty("name", "maja")
    entrance.connectNow()
    joiner.done(ChatError(Code.REGISTRATION_CLOSED, "closed"))
    entrance.setProperty("code", invitation)
    entrance.connectNow()
    assert joiner.asked[-1] == (replace(HERE, token="3HB4-QXDH"), "maja")
    assert joiner.extra == Credentials()
    joiner.done(ChatError(Code.BAD_CREDENTIALS, "used"))
    assert (entrance.wantsInvite, entrance.wantsPassword) == (True, False)
    assert "invitation" in entrance.error
    joiner.done(ChatError(Code.NAME_TAKEN, "taken"))
    assert (entrance.wantsInvite, entrance.wantsPassword) == (False, True)


def test_what_cannot_be_an_invitation_is_not_sent(joiner: FakeJoiner) -> None:
    entrance = made(joiner)
    entrance.setProperty("name", "maja")
    entrance.connectNow()
    joiner.done(ChatError(Code.REGISTRATION_CLOSED, "closed"))
    entrance.setProperty("code", "please let me in")
    entrance.connectNow()
    assert not entrance.busy
    assert entrance.error


def test_a_link_that_was_an_invitation_asks_for_another(joiner: FakeJoiner) -> None:
    entrance = made(joiner)
    entrance.setProperty("name", "maja")
    entrance.connectNow()
    joiner.done(ChatError(Code.BAD_CREDENTIALS, "used"))
    assert (entrance.wantsInvite, entrance.wantsPassword) == (True, False)


def test_where_the_person_is_already_is_not_offered_first(joiner: FakeJoiner) -> None:
    saved("one", THERE, "maja")
    entrance = Entrance(joiner, lambda: None, lambda: frozenset({"one"}))
    entrance.refresh()
    assert not entrance.nameFixed
    entrance.choose("one")
    assert entrance.nameFixed
    entrance.refresh()
    entrance.setProperty("name", "other")
    assert entrance.name == "other"


def test_a_name_is_made_of_what_is_typed_which_others_see(joiner: FakeJoiner) -> None:
    entrance = made(joiner)
    came: list[tuple[str, str]] = []
    entrance.connected.connect(lambda *told: came.append(told))
    entrance.setProperty("name", "Max Muster ")
    assert entrance.nameText == "You will be @Max-Muster, shown as Max Muster."
    entrance.connectNow()
    assert joiner.asked == [(HERE, "Max-Muster")]
    joiner.done(saved("here", HERE, "Max-Muster"))
    assert came == [("here", "Max Muster")]


@pytest.mark.parametrize("typed", ["max.muster", "🚀", "a" * 200])
def test_what_is_a_name_or_makes_none_is_joined_with_as_it_is(
    joiner: FakeJoiner, typed: str
) -> None:
    entrance = made(joiner)
    entrance.setProperty("name", typed)
    assert entrance.nameText == ""
    entrance.connectNow()
    assert joiner.asked == [(HERE, typed)]
