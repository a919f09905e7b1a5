"""Getting in at the first start, and two windows that talk."""

from __future__ import annotations

import re

import pytest

from tests.screen.conftest import Opener

pytestmark = pytest.mark.screen


def test_a_name_and_connect_is_all(client: Opener) -> None:
    window = client("maja")
    window.types("maja")
    window.click("Connect", "push button")
    window.waits_for("Message #general", "text")
    window.waits_for("maja joined", "list item")
    window.waits_for(re.compile("^Complete to #"), "push button")


def test_a_name_that_cannot_be_one_is_told_of(client: Opener) -> None:
    window = client("maja")
    window.types("admin")
    window.key("Return")
    window.waits_for(re.compile("is reserved"), "alert")
    assert window.showing("Connect", "push button")


def test_a_first_and_a_last_name_are_enough(client: Opener) -> None:
    window = client("maja")
    window.types("Maja Berg")
    window.waits_for("You will be @Maja-Berg, shown as Maja Berg.")
    window.key("Return")
    window.waits_for("Message #general", "text")
    window.types("hello")
    window.key("Return")
    window.waits_for(re.compile("^Maja Berg, .*: hello"), "list item")


def test_two_windows_talk_both_ways(joined: Opener) -> None:
    maja, bo = joined("maja"), joined("bo")
    maja.place(0, 30, 780, 700)
    bo.place(800, 30, 780, 700)
    maja.types("hello bo")
    maja.key("Return")
    bo.waits_for(re.compile(r"^maja, .*: hello bo$"), "list item")
    bo.types("hello maja")
    bo.key("Return")
    maja.waits_for(re.compile(r"^bo, .*: hello maja$"), "list item")
    maja.waits_until_gone(re.compile("not sent yet$"))
    assert [row.partition(": ")[2] for row in maja.messages()[-2:]] == ["hello bo", "hello maja"]
