"""Others' text is shown in time that grows with it, and no faster, whatever it is made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from zmqchat_gui.viewmodels import richtext, search
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.references import Names, References

from tests.gui.fakes import who
from tests.support.growth import (
    UNITS,
    is_linear_for_the_processor,
    is_linear_in_steps,
    steps,
    text_of,
)
from zmqchat.protocol.who import Who

_NAMES = Names("maja", {"ada": "ada"}, {"general": "general"})


def _referred(text: str) -> None:
    references = References(text, _NAMES)
    references.linked(references.marked)
    assert references.mentions_me in {True, False}


SHOWN: dict[str, Callable[[str], Any]] = {
    "render": lambda text: richtext.render(text, _NAMES),
    "beginning": lambda text: richtext.beginning(text, _NAMES, 500),
    "plain_text": richtext.plain_text,
    "one_line": richtext.one_line,
    "references": _referred,
    "around": lambda text: search._around(text, re.compile("a")),
    "marked": lambda text: search._marked(text, re.compile("a")),
}


@pytest.mark.parametrize("name", SHOWN)
def test_twice_the_text_takes_twice_the_steps(name: str) -> None:
    units = [unit for unit in UNITS if not is_linear_in_steps(SHOWN[name], unit, 60)]
    assert units == []


def test_references_look_at_a_text_once() -> None:
    units = [u for u in ("<", "<a", "<!--") if not is_linear_for_the_processor(_referred, u, 1024)]
    assert units == []


@pytest.mark.slow
@pytest.mark.parametrize("name", SHOWN)
def test_patterns_look_at_a_text_once(name: str) -> None:
    units = [unit for unit in UNITS if not is_linear_for_the_processor(SHOWN[name], unit, 2048)]
    assert units == []


@pytest.mark.parametrize("unit", ["[", "[a", "*a "])
def test_no_message_keeps_the_window_long(unit: str) -> None:
    text = text_of(unit, richtext.MOST_MARKED_UP)
    assert steps(lambda: richtext.render(text, _NAMES)) < 1_000_000


def test_names_are_looked_at_anew_once_for_all_who_are_heard_together() -> None:
    def heard(count: int) -> int:
        persons = Persons(who("maja"))
        rebuilt: list[None] = []
        persons.named.connect(lambda: rebuilt.append(None))
        people = [Who(number, f"u{number}") for number in range(100, 100 + count)]
        persons.heard(*people, *people)
        return len(rebuilt)

    assert heard(10) == heard(1000) == 1
