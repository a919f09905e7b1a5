"""Why somebody could not get in, in plain words."""

from __future__ import annotations

import pytest
from zmqchat_gui.viewmodels.trouble import WANT_PASSWORD, explained

from zmqchat.errors import ChatError, Code


@pytest.mark.parametrize("code", [Code.UNREACHABLE, Code.KEY_MISMATCH, *sorted(WANT_PASSWORD)])
def test_what_is_known_is_said_with_what_to_do(code: Code) -> None:
    text, advice = explained(ChatError(code, "technical"))
    assert "technical" not in text + advice
    assert text.endswith(".")
    assert advice.endswith(".")


def test_the_reason_why_a_name_cannot_be_one_is_said_once() -> None:
    said = ChatError(
        Code.NAME_INVALID, "the name 'a b' cannot be used: it has a space (use - or _)"
    )
    assert explained(said) == (
        "The name 'a b' cannot be used: it has a space (use - or _).",
        "Choose another name.",
    )


def test_what_is_not_known_is_a_sentence_all_the_same() -> None:
    assert explained(ChatError(Code.BUSY, "too many joins at once")) == (
        "Too many joins at once.",
        "",
    )


def test_a_disk_that_takes_nothing_is_named() -> None:
    text, advice = explained(ChatError(Code.DATA_DIRECTORY, "cannot create /x: Read-only"))
    assert text == "Cannot create /x: Read-only."
    assert "Nothing was sent" in advice
