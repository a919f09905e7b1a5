"""What a screen reader is told: every control and message has a name and a role."""

from __future__ import annotations

import re
from functools import partial

import pytest

from tests.screen.conftest import Opener
from tests.screen.reading import Node
from tests.screen.service import Service
from tests.screen.window import Window

pytestmark = pytest.mark.screen

# What only holds other things needs no name of its own.
HOLDERS = {"filler", "panel", "layered pane", "status bar", "tool bar", "unknown", "root pane"}
CONTROLS = {"push button", "check box", "radio button", "menu item", "text", "password text"}


def unnamed(window: Window) -> list[Node]:
    shown = [node for node in window.nodes() if node.showing]
    return [node for node in shown if not node.name.strip() and node.role not in HOLDERS]


def without_role(window: Window) -> list[Node]:
    """Focusable things that a screen reader has no word for."""
    return [
        node
        for node in window.nodes()
        if node.showing and "focusable" in node.states and node.role in ("unknown", "invalid")
    ]


def shown(window: Window) -> set[str]:
    """What a screen reader finds on the screen."""
    return {f"{node.role} {node.name}" for node in window.nodes() if node.showing}


def differs(window: Window, before: set[str]) -> bool:
    """Whether there is something on the screen that was not there."""
    return bool(shown(window) - before)


def is_told_whole(window: Window) -> None:
    assert unnamed(window) == []
    assert without_role(window) == []
    controls = [node for node in window.nodes() if node.showing and node.role in CONTROLS]
    assert controls
    assert [node for node in controls if node.role == "push button" and not node.actions] == []


def test_the_connect_page(client: Opener) -> None:
    window = client("maja")
    window.waits_for("Your name", "text")
    is_told_whole(window)


def test_the_chat_and_what_opens_over_it(joined: Opener, service: Service) -> None:
    bo = service.person("bo")
    maja = joined("maja")
    for text in ("hello", "**bold** and `code`", "```python\nprint(1)\n```", "see https://zmq.org"):
        bo.does("send", "general", text)
    bo.does("send", "general", "an answer", "--reply-to", "3")
    maja.waits_for(re.compile(r"^bo .*an answer$"), "list item")
    is_told_whole(maja)
    rows = [row for row in maja.messages() if row.startswith(("bo, ", "bo answers"))]
    assert len(rows) == 5
    assert any("bold and code" in row for row in rows)
    for keys in ("ctrl+k", "ctrl+comma", "ctrl+slash", "ctrl+f"):
        before = shown(maja)
        maja.key(keys)
        maja.waits(partial(differs, maja, before))
        is_told_whole(maja)
        maja.key("Escape")


def test_a_screen_reader_presses_a_button(joined: Opener) -> None:
    maja = joined("maja")
    button = maja.waits_for("Settings", "push button")
    assert maja.desktop.reader.act(maja.process.pid, button, "Press")
    maja.waits_for("Settings", "heading")
