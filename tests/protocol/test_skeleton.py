"""Skeletons, checked against examples of UTS #39 and against their own definition."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmqchat.protocol.skeleton import skeleton


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("alice", "alice"),
        ("\u0430", "a"),
        ("I", "l"),
        ("1", "l"),
        ("0", "O"),
        ("m", "rn"),
        ("\u03bf", "o"),
        ("\U0001d41a", "a"),
        ("é", "e\u0301"),
        ("\u01c3", "!"),
    ],
)
def test_prototypes(text: str, expected: str) -> None:
    assert skeleton(text) == expected


@given(st.text(max_size=20))
def test_a_skeleton_is_its_own(text: str) -> None:
    once = skeleton(text)
    assert skeleton(once) == once
    assert unicodedata.normalize("NFD", once) == once


@given(st.text(max_size=20))
def test_normalisation_changes_nothing(text: str) -> None:
    for form in ("NFC", "NFD"):
        assert skeleton(unicodedata.normalize(form, text)) == skeleton(text)
