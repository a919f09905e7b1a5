"""One line of text that shows all that is in it."""

from __future__ import annotations

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmqchat.domain.lines import checked_line, cleaned_line
from zmqchat.errors import Code, Refused


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("  a \u00a0 b  ", "a b"),
        ("e\u0301", "é"),
        ("会议 ☕", "会议 ☕"),
        ("👩\u200d🔬 at work", "👩\u200d🔬 at work"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("at sea \U0001fae8 \U0001f6d8", "at sea \U0001fae8 \U0001f6d8"),  # newer than our tables
        ("\U0001fc42", "\U0001fc42"),  # kept for pictures to come
        ("\U00031350", "\U00031350"),  # Han, newer than our tables
    ],
)
def test_what_people_write_is_kept(text: str, line: str) -> None:
    assert checked_line(text, "status", 64) == line
    assert cleaned_line(text, 64) == line


_ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


def test_the_flag_of_a_part_of_a_country_is_a_picture_and_hides_nothing_else() -> None:
    assert checked_line(f"in {_ENGLAND}", "status", 64) == f"in {_ENGLAND}"
    for hiding in (_ENGLAND[1:], _ENGLAND[:-1], f"a{_ENGLAND[1:]}", "\U0001f3f4\U000e007f"):
        with pytest.raises(Refused):
            checked_line(hiding, "status", 64)


@pytest.mark.parametrize(
    "text",
    ["a\nb", "a\tb", "\x1b[2J", "\u202eevil", "a\u200bb", "a\u2066b", "a\u2028b", "a\ufeffb",
     "a\ue000b", "a\U000e0041b", "a\u0378b", "a" + "\u0301" * 9],
)  # fmt: skip
def test_what_hides_or_breaks_the_line_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        checked_line(text, "status", 64)
    assert refused.value.code is Code.BAD_REQUEST
    assert "status" in refused.value.message
    assert text not in refused.value.message


def test_a_line_has_its_length() -> None:
    assert checked_line("x" * 64, "status", 64) == "x" * 64
    for text in ("x" * 65, "x" * 1_000_000):
        with pytest.raises(Refused) as refused:
            checked_line(text, "status", 64)
        assert refused.value.code is Code.TOO_LARGE


@given(st.text(max_size=100))
def test_what_is_cleaned_passes_the_check(text: str) -> None:
    cleaned = cleaned_line(text, 20)
    assert len(cleaned) <= 20
    assert not any(unicodedata.category(each) in {"Cc", "Zl", "Zp"} for each in cleaned)
    # Accents may be piled up there: a program that calls itself so is welcome to.
    with suppress(Refused):
        assert checked_line(cleaned, "label", 20) == cleaned
