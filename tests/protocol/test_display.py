"""Others' text is visible, and turns nothing around it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmqchat.protocol.display import is_visible, isolated, settled, tamed, visible

_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize("text", ["a", "。", "😀", "\u0301", "\ue000", "•"])
def test_signs_can_be_seen(text: str) -> None:
    assert is_visible(f"\u200b{text} ")
    assert visible(text) == text


@pytest.mark.parametrize(
    "character",
    [" ", "\u200b", "\u3164", "\u115f", "\uffa0", "\u2800", "\ufeff", "\u061c", "\ufe0f"],
)
def test_what_cannot_be_seen_is_named(character: str) -> None:
    assert visible(character) == f"U+{ord(character):04X}"
    assert visible(character * 99).endswith("…")
    assert len(visible(character * 99)) < 200


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("abc", "abc"),
        ("\u202babc", "\u202babc\u202c"),
        ("\u202eabc", "\u202babc\u202c"),  # no letter is turned around
        ("a\u202c\u2069b", "ab"),
        ("\u2067a\u202bb\u2069c", "\u2067a\u202bb\u2069c"),
        ("\u2067a\nb\u2069", "\u2067a\u2069\nb"),
        ("\u202b\u2067a", "\u202b\u2067a\u2069\u202c"),
        ("می\u200cخواهم 👩\u200d🚀 \u200eא", "می\u200cخواهم 👩\u200d🚀 \u200eא"),
    ],
)
def test_controls_end_on_their_line(text: str, shown: str) -> None:
    assert settled(text) == shown


def test_nothing_drives_a_terminal_that_it_is_pasted_into() -> None:
    assert tamed("a\tb\nc\r\nd 👩\u200d🚀 é") == "a\tb\nc\r\nd 👩\u200d🚀 é"
    assert tamed("one\x0btwo\x85three\x1cfour") == "one\ntwo\nthree\nfour"
    assert tamed("ls\x1b[201~\x9b1m\x00\x7f") == "ls\ufffd[201~\ufffd1m\ufffd\ufffd"


def test_what_runs_from_the_right_is_set_apart() -> None:
    assert isolated("bob") == "bob"
    assert isolated("שלום") == "\u2068שלום\u2069"
    assert isolated("a\u202eb") == "\u2068a\u202bb\u202c\u2069"


@given(st.text(alphabet=_CONTROLS + "aא\n\u200d", max_size=80))
def test_every_line_is_balanced(text: str) -> None:
    shown = settled(text)
    assert [c for c in shown if c not in _CONTROLS] == [c for c in text if c not in _CONTROLS]
    assert settled(shown) == shown
    for line in shown.split("\n"):
        opened: list[str] = []
        for character in line:
            kind = unicodedata.bidirectional(character)
            if kind in {"LRE", "RLE", "LRI", "RLI", "FSI"}:
                opened.append(kind)
            elif kind == "PDF":
                assert opened.pop() in {"LRE", "RLE"}
            elif kind == "PDI":
                while opened.pop() in {"LRE", "RLE"}:
                    pass
            assert kind not in {"LRO", "RLO"}
        assert not opened


def test_a_long_text_takes_no_time() -> None:
    for control in _CONTROLS:
        assert len(settled(control * 65_536)) <= 200
