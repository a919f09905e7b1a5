"""Colours are readable on light and on dark terminals."""

from __future__ import annotations

import re

import pytest

from zmqchat.cli.chat.style import RULES

_COLOURS = sorted(set(re.findall("#[0-9a-f]{6}", " ".join(RULES.values()))))


def _luminance(colour: str) -> float:
    """WCAG's relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", _COLOURS)
def test_a_colour_stands_out_from_black_and_from_white(colour: str) -> None:
    luminance = _luminance(colour)
    assert (luminance + 0.05) / 0.05 >= 3.5
    assert 1.05 / (luminance + 0.05) >= 3.5


def test_no_colour_is_one_that_a_theme_may_turn_into_the_background() -> None:
    assert not any("ansi" in rule for rule in RULES.values())
