"""Everything by keyboard alone."""

from __future__ import annotations

import re

import pytest

from tests.screen.conftest import Opener
from tests.screen.service import Service
from tests.screen.window import Window

pytestmark = pytest.mark.screen

COMPOSER = re.compile("^Message #|^Message @")


@pytest.fixture
def maja(joined: Opener, service: Service) -> Window:
    """Who is in #general, #alpha and #beta, with a message of bo in each."""
    bo = service.person("bo")
    window = joined("maja")
    for room in ("alpha", "beta"):
        bo.does("create", room)
        bo.does("send", room, f"hello {room}")
        bo.does("invite", room, "maja")
    bo.does("send", "general", "hello general")
    window.waits_for(re.compile(r"^beta"), "list item")
    window.waits_for(re.compile(": hello general$"), "list item")
    return window


def is_open(window: Window, room: str) -> None:
    window.waits_for(f"Message #{room}", "text")


def has_keyboard(window: Window, name: str | re.Pattern[str]) -> None:
    """Waits until this has the focus."""

    def look() -> bool:
        return any(node.focused for node in window.showing(name))

    window.waits(look)


def test_the_switcher_goes_to_a_room(maja: Window) -> None:
    maja.key("ctrl+k")
    has_keyboard(maja, re.compile("room or person"))
    maja.types("bet")
    maja.waits_for(re.compile("^beta"), "list item")
    maja.key("Return")
    is_open(maja, "beta")
    has_keyboard(maja, COMPOSER)


def test_alt_and_arrows_step_through_the_rooms(maja: Window) -> None:
    rooms = ["alpha", "beta", "general"]
    for direction in ("alt+Down", "alt+Up"):
        seen = set()
        for _ in rooms:
            maja.key(direction)
            seen.add(maja.waits_for(COMPOSER, "text").name)
        assert len(seen) > 1


def test_f6_goes_round_the_panes_and_escape_back_to_writing(maja: Window) -> None:
    has_keyboard(maja, COMPOSER)
    visited = []
    for _ in range(4):
        maja.key("F6")
        maja.waits(lambda: any(n.focused for n in maja.nodes()))
        visited.append(next(n.name for n in reversed(maja.nodes()) if n.focused))
    assert len(set(visited)) >= 3, visited
    maja.key("Escape")
    has_keyboard(maja, COMPOSER)


def test_up_edits_the_last_message(maja: Window) -> None:
    maja.types("helo")
    maja.key("Return")
    maja.waits_for(re.compile(r"^maja, .*: helo$"), "list item")
    maja.key("Up")
    maja.waits(lambda: maja.waits_for(COMPOSER, "text").text == "helo")
    maja.key("ctrl+a")
    maja.types("hello")
    maja.key("Return")
    maja.waits_for(re.compile(r"^maja, .*: hello\b"), "list item")
    maja.waits_until_gone(re.compile(r": helo\b"), "list item")


def test_a_message_is_answered_and_reacted_to(maja: Window) -> None:
    maja.key("shift+F6")  # from writing up to the timeline
    maja.waits(lambda: any(n.focused and n.role in ("list", "list item") for n in maja.nodes()))
    maja.key("End", "r")
    has_keyboard(maja, COMPOSER)
    maja.types("an answer")
    maja.key("Return")
    maja.waits_for(re.compile("an answer"), "list item")
    maja.key("shift+F6", "End", "plus")
    maja.waits_for(re.compile("emoji", re.IGNORECASE), "text")
    maja.types("heart")
    maja.key("Return")
    maja.waits_for(re.compile("^❤|heart", re.IGNORECASE), "push button")


def test_the_shortcut_sheet_and_the_settings(maja: Window) -> None:
    maja.key("ctrl+slash")
    maja.waits_for("Keyboard shortcuts", "heading")
    maja.key("Escape")
    maja.waits_until_gone("Keyboard shortcuts", "heading")
    maja.key("ctrl+comma")
    maja.waits_for("Settings", "heading")
    maja.key("Tab")
    maja.key("Escape")
    maja.waits_until_gone("Settings", "heading")
    has_keyboard(maja, COMPOSER)


def test_a_draft_stays_in_its_room(maja: Window) -> None:
    maja.types("only in general")
    maja.key("alt+Up")
    maja.waits_until_gone("Message #general", "text")
    assert maja.waits_for(COMPOSER, "text").text == ""
    maja.key("alt+Down")
    maja.waits(lambda: maja.waits_for("Message #general", "text").text == "only in general")
