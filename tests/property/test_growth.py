"""Others' text is handled in time that grows with it, and no faster, whatever it is made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from tests.support.growth import UNITS, is_linear_for_the_processor, is_linear_in_steps
from zmqchat.cli import output
from zmqchat.cli.chat import columns
from zmqchat.domain.lines import checked_line, cleaned_line
from zmqchat.errors import ChatError
from zmqchat.protocol import blocks, display, mentions, prose
from zmqchat.protocol.who import names_in
from zmqchat.search import query, text


def _parsed(typed: str) -> None:
    with suppress(ChatError):
        query.parse(typed)


def _checked(line: str) -> None:
    with suppress(ChatError):
        checked_line(line, "text", len(line))


def _somebody(name: str) -> int | None:
    return len(name) if name.startswith("a") else None


HANDLED: dict[str, Callable[[str], Any]] = {
    "clean": output.clean,
    "shown": output.shown,
    "readable": output.readable,
    "json_line": lambda line: output.json_line({"text": line}),
    "settled": display.settled,
    "isolated": display.isolated,
    "visible": display.visible,
    "passages": lambda typed: list(blocks.passages(typed)),
    "tokens": lambda typed: list(prose.tokens(typed)),
    "links": lambda typed: list(prose.links(typed)),
    "has_link": prose.has_link,
    "mentions of somebody": lambda typed: mentions.mentions(typed, _somebody),
    "mentions of nobody": lambda typed: mentions.mentions(typed, lambda _name: None),
    "begun": mentions.begun,
    "names_in": names_in,
    "paragraphs": lambda typed: columns.paragraphs(typed, 80),
    "wrap": lambda typed: columns.wrap(typed, 80),
    "cut": lambda typed: columns.cut(typed, 40),
    "checked_line": _checked,
    "cleaned_line": lambda typed: cleaned_line(typed, 64),
    "folded": text.folded,
    "spaced": text.spaced,
    "occurs": lambda typed: text.occurs("ab", text.folded(typed)),
    "found_in": lambda typed: text.found_in(typed, re.compile("a")),
    "query": _parsed,
}
_IN_C = {"clean", "json_line", "settled"}
"""All that these do is done by regular expressions."""


@pytest.mark.parametrize("name", HANDLED)
def test_twice_the_text_takes_twice_the_steps(name: str) -> None:
    units = [unit for unit in UNITS if not is_linear_in_steps(HANDLED[name], unit, 240)]
    assert units == []


@pytest.mark.parametrize("name", sorted(_IN_C))
def test_patterns_look_at_a_text_once(name: str) -> None:
    units = [unit for unit in UNITS if not is_linear_for_the_processor(HANDLED[name], unit, 512)]
    assert units == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(HANDLED))
def test_all_look_at_a_long_text_once(name: str) -> None:
    units = [unit for unit in UNITS if not is_linear_for_the_processor(HANDLED[name], unit, 2048)]
    assert units == []


def test_the_judge_sees_what_grows_faster() -> None:
    def in_python(typed: str) -> None:
        for _ in typed:
            for _ in typed:
                pass

    slow = re.compile("a[^b]*b")
    assert not is_linear_in_steps(in_python, "a", 100)
    assert not is_linear_for_the_processor(lambda typed: slow.sub("", typed), "a", 512)
