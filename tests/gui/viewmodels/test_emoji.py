"""What is offered as an emoji is one, and has a picture in the bundled font."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QRawFont
from zmqchat_gui.app.composition import VIEWS
from zmqchat_gui.viewmodels.emoji import is_only_emoji, matching, table

from zmqchat.protocol.reactions import canonical_reaction

_SELECTOR = "\ufe0f"


def missing(offered: list[str]) -> list[str]:
    """Those that the bundled font cannot draw."""
    font = QRawFont(str(VIEWS / "fonts" / "NotoColorEmoji.ttf"), 16.0)
    assert font.isValid()
    return [one for one in offered if not all(map(font.supportsCharacter, map(ord, bare(one))))]


def bare(emoji: str) -> str:
    return emoji.replace(_SELECTOR, "")


def test_the_font_draws_whatever_has_a_name() -> None:
    assert missing(list(table().values())) == []
    assert len(table()) > 1_300


def test_the_font_draws_whatever_the_picker_shows() -> None:
    shown = (VIEWS / "Zmqchat" / "Timeline" / "Emoji.qml").read_text("utf-8")
    offered = [one for one in re.findall(r'"([^"]+)"', shown) if not one.isascii()]
    assert missing(offered) == []
    assert len(offered) > 200
    assert set(offered) <= set(table().values()), "the two would be different reactions"


def test_whatever_has_a_name_is_offered_in_the_form_that_is_kept() -> None:
    assert [one for one in table().values() if canonical_reaction(one) != one] == []


def test_mere_signs_are_none() -> None:
    assert matching("chess_rook", 8) == []
    assert [symbol for _, symbol in matching("black_rightwards_arrow", 8)] == ["➡️"]


def test_short_names_come_first() -> None:
    assert matching("tada", 8) == [("tada", "🎉")]
    assert matching("party", 2)[0] == ("party", "🎉")
    assert next(name for name, _ in matching("heart", 3)) == "heart"


def test_newer_emoji_and_those_of_several_characters_have_names() -> None:
    assert ("shaking_face", "\U0001fae8") in matching("shaking", 8)
    assert table()["scotland"] == (
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
    )
    assert table()["rainbow_flag"] == "🏳\ufe0f\u200d🌈"


@pytest.mark.parametrize(
    "text",
    ["👍", "👍 ❤", "\U0001fae8\U0001fae9", "1\ufe0f\u20e3", "🇩🇪🇫🇷", table()["scotland"], "👍🏽"],
)
def test_emoji_alone_are_told_from_text(text: str) -> None:
    assert is_only_emoji(text)
    assert not is_only_emoji(f"{text} ok")
    assert not is_only_emoji(text * 25)


@pytest.mark.parametrize(
    "text", ["", " ", "1", "ok", "\ufe0f", "\u200d", "\u200b", "🏽", "会议", "→"]
)
def test_what_is_no_emoji_is_text(text: str) -> None:
    assert not is_only_emoji(text)
