"""What no text may have is seen wherever it stands."""

from __future__ import annotations

import pytest

from zmqchat.protocol.events import Posted
from zmqchat.protocol.requests import FindPeople, OpenDirect, Search
from zmqchat.protocol.texts import impossible_in


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("plain 🎉 \x01", None),
        ("a\0", "NUL"),
        ("a\ud83e", "surrogate"),
        (["a", ["\0"]], "NUL"),
        ((None, 1, b"\0"), None),
        (Search("x"), None),
        (Search("x\0"), "NUL"),
        (OpenDirect(b"\0" * 16, [2]), None),
        (FindPeople(["bob", "\0"]), "NUL"),
        (Posted("\udc00", 3), "surrogate"),
    ],
)
def test_what_is_impossible_is_named(value: object, found: str | None) -> None:
    said = impossible_in(value)
    assert (said is None) if found is None else (said is not None and found in said)
