"""Events as people read them."""

from __future__ import annotations

import pytest

from zmqchat.cli.lines import event_line, found_line
from zmqchat.protocol.events import BODY_TYPES

_EVENT = {
    "room": "general",
    "seq": 12,
    "type": "posted",
    "sender": "alice",
    "sent_at": "2026-01-02T03:04:05.678901Z",
    "id": "00",
}


def _said(**fields: object) -> str:
    return event_line({**_EVENT, **fields}).split("  ")[-1]


def test_a_message_is_seq_time_sender_and_text() -> None:
    line = event_line({**_EVENT, "text": "hello"})
    assert line.startswith("    12  2026-01-0")
    assert line.endswith("  alice: hello")


def test_what_others_wrote_cannot_drive_the_terminal_or_fake_a_line() -> None:
    text = "\x1b[2Jhello\n    13  2026-01-02 03:04:05  bob: forged"
    assert "\n" not in event_line({**_EVENT, "text": text})
    assert "\x1b" not in event_line({**_EVENT, "text": text, "sender": "\x1b[31malice"})


def test_names_and_texts_from_the_right_turn_nothing_beside_them() -> None:
    assert _said(sender="שלום", text="12 مرحبا") == "\u2068שלום\u2069: \u206812 مرحبا\u2069"
    assert found_line({**_EVENT, "room": "שלום", "text": "x"}).startswith("\u2068#שלום\u2069 12 ")


def test_what_nobody_would_see_is_named() -> None:
    assert _said(text="\u200b") == "alice: U+200B"


def test_an_answer_names_what_it_answers_and_a_removed_message_has_no_text() -> None:
    assert _said(text="yes", reply_to=7) == "alice (to 7): yes"
    assert _said(redacted=True) == "alice: (removed)"


@pytest.mark.parametrize("kind", sorted(set(BODY_TYPES) - {"posted"}))
def test_every_type_has_its_sentence(kind: str) -> None:
    fields = {"member": "bob", "target": 7, "emoji": "👍", "text": "new", "name": "cellar"}
    fields["role"] = "moderator"
    said = _said(type=kind, **fields)
    assert said.startswith("* ")
    assert "unknown" not in said
    assert "?" not in said


def test_a_message_shows_what_happened_to_it() -> None:
    thumbs = {"emoji": "👍", "names": ["bob", "carol"]}
    happened = {"edited_at": "2026-01-02T03:04:06Z", "pinned": True, "replies": 1}
    said = _said(text="hello", reactions=[thumbs], **happened)
    assert said == "alice: hello (edited) (pinned) [👍 2] (1 reply)"
    assert _said(text="hello", replies=2) == "alice: hello (2 replies)"


def test_what_was_found_begins_with_its_room() -> None:
    assert found_line({**_EVENT, "text": "hello"}).startswith("#general 12  2026-01-0")
    assert found_line({**_EVENT, "room": "@bob", "text": "hello"}).startswith("@bob 12  ")


def test_an_erased_edit_says_so() -> None:
    assert _said(type="edited", redacted=True, target=7) == "* alice changed 7 to: (removed)"


def test_a_type_of_the_future_has_a_placeholder() -> None:
    assert _said(type="wormhole") == "* alice: an event of the unknown type wormhole"
