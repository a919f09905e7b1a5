"""Text in columns: no line is wider than it may be, and nothing of the text is lost."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from prompt_toolkit.utils import get_cwidth
from wcwidth import iter_graphemes

from zmqchat.cli.chat.columns import cut, fitted, paragraphs, wrap
from zmqchat.cli.output import clean

_ANY = st.text(max_size=200) | st.text("ab \t\n 会👋\u0301\u200d\x1b[2J\u202e", max_size=200)
_WIDTHS = st.integers(2, 40)


def _bare(text: str) -> str:
    return "".join(text.split(" "))


@given(_ANY.map(clean), _WIDTHS)
def test_wrapped_text_fits_and_is_whole(text: str, width: int) -> None:
    pieces = wrap(text, width)
    assert all(get_cwidth(piece) <= width for piece in pieces)
    assert _bare("".join(pieces)) == _bare(text)


@given(_ANY, _WIDTHS)
@example(" \u3030", 2)
def test_paragraphs_fit_are_whole_and_safe(text: str, width: int) -> None:
    lines = paragraphs(text, width)
    assert lines
    assert all(get_cwidth(line) <= width for line in lines)
    kept = "".join(clean(line.expandtabs(4)) for line in text.splitlines())
    assert _bare("".join(lines)) == _bare(kept)
    assert not any(ord(character) < 32 for line in lines for character in line)


_SHOWN = st.sampled_from(
    ["a", "b", " ", " ", "会", "e\u0301", "👩\u200d👩\u200d👧\u200d👦", "🇩🇪", "👍🏽",
     "\u2764\ufe0f", "हि", "ที่", "한", " \u0301", "1\ufe0f\u20e3"]
)  # fmt: skip


@given(st.lists(_SHOWN, max_size=60).map("".join), st.integers(12, 40))
def test_what_is_shown_as_one_character_is_not_broken(text: str, width: int) -> None:
    whole = [one for one in iter_graphemes(text) if one.strip(" ")]
    pieces = wrap(text, width)
    assert all(get_cwidth(piece) <= width for piece in pieces)
    assert [g for piece in pieces for g in iter_graphemes(piece) if g.strip(" ")] == whole
    begins = list(iter_graphemes(cut(text, width).removesuffix("…")))
    assert begins == list(iter_graphemes(text))[: len(begins)]


@pytest.mark.parametrize("text", ["👩\u200d👩\u200d👧\u200d👦", "e\u0301", "👍🏽", "한"])
def test_a_long_word_is_broken_between_graphemes(text: str) -> None:
    lines = paragraphs(text * 20, 10)
    assert len(lines) > 1
    assert all(line == text * (len(line) // len(text)) for line in lines)


def test_words_stay_together_and_long_ones_are_broken() -> None:
    assert wrap("one two three", 7) == ["one two", "three"]
    assert wrap("a abcdefgh", 4) == ["a", "abcd", "efgh"]
    assert wrap("会议室", 4) == ["会议", "室"]
    assert wrap("", 4) == [""]


def test_lines_of_a_message_keep_their_indentation() -> None:
    assert paragraphs("if x:\r\n\tgo on and on\n\nend", 12) == (
        "if x:",
        "    go on",
        "    and on",
        "",
        "end",
    )


@given(_ANY.map(clean), st.integers(0, 40))
def test_cut_text_fits(text: str, width: int) -> None:
    short = cut(text, width)
    assert get_cwidth(short) <= width
    assert short == text or short.endswith("…") or not width


def test_segments_that_fit_the_first_of_them_first() -> None:
    segments = [("a", "live"), ("b", " 2 ms"), ("c", " and more")]
    assert fitted(segments, 80) == segments
    assert fitted(segments, 9) == segments[:2]
    assert fitted(segments, 8) == segments[:1]
    assert fitted(segments, 3) == [("a", "li…")]
