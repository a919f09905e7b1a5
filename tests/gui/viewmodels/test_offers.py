"""Servers that can be chosen: this machine's own, and those where the person was."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from zmqchat_gui.viewmodels.offers import LOCAL, Offers

from tests.gui.fakes import rows
from zmqchat.client import profile as profiles
from zmqchat.security.links import JoinLink

HERE = JoinLink("127.0.0.1", 5555, bytes(range(32)), "t")
THERE = JoinLink("chat.example", 5555, bytes(range(1, 33)), "t")


def made(local: JoinLink | None, running: frozenset[str] = frozenset()) -> Offers:
    application = QCoreApplication.instance()
    assert application is not None
    offers = Offers(lambda: local, lambda: running, application)
    offers.refresh()
    return offers


def saved(label: str, link: JoinLink, name: str) -> None:
    profiles.save(profiles.prepare(label, link, name))


def test_without_anything_there_is_nothing_to_choose() -> None:
    offers = made(None)
    offers.show("", "")
    assert rows(offers.model, "label") == []
    assert offers.likeliest() == ""


def test_the_server_here_comes_first_until_somebody_was_there() -> None:
    saved("work", THERE, "Maja")
    offers = made(HERE)
    offers.show(LOCAL, "")
    assert rows(offers.model, "label", "title", "subtitle", "chosen") == [
        (LOCAL, "This computer", "127.0.0.1:5555", True),
        ("work", "chat.example", "as Maja", False),
    ]
    assert offers.likeliest() == LOCAL
    saved("home", HERE, "maja")
    offers.refresh()
    offers.show("home", "")
    assert rows(offers.model, "label", "kind") == [("work", "profile"), ("home", "profile")]
    assert offers.likeliest() == "home"


def test_a_link_finds_its_profile_by_the_servers_key() -> None:
    saved("work", THERE, "Maja")
    offers = made(None)
    elsewhere = JoinLink("10.0.0.7", 6000, THERE.key, "another")
    assert offers.at(elsewhere) == "work"
    assert offers.at(HERE) == ""


def test_one_that_is_connected_is_marked() -> None:
    saved("work", THERE, "Maja")
    offers = made(None, frozenset({"work"}))
    offers.show("", "")
    assert rows(offers.model, "current") == [True]


def test_a_damaged_profile_is_in_nobodys_way() -> None:
    saved("work", THERE, "Maja")
    saved("broken", HERE, "maja")
    directory = profiles.load("broken").directory
    for name in ("profile.json", "profile.copy.json"):
        (directory / name).write_text("{")
    assert list(made(None).saved) == ["work"]
