"""Events as programs read them."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from tests.client.samples import GENERAL, log
from zmqchat.client.events import ChatEvent, event_of, events_of
from zmqchat.client.naming import Where
from zmqchat.protocol.chain import digest_of
from zmqchat.protocol.events import Attachment, Joined, PersonRenamed, Posted

MESSAGE, ANSWER, MEMBER = log("hello", Posted("yes", 1), Joined(3, "carol"))


def test_a_message_has_what_the_document_says() -> None:
    event = event_of(GENERAL, ANSWER)
    assert event.to_json() == {
        "room": "general",
        "room_id": "1",
        "seq": 2,
        "type": "posted",
        "sender": "bob",
        "sender_id": 2,
        "sent_at": "2023-11-14T22:13:20.000002Z",
        "id": str(UUID(bytes=ANSWER.id)),
        "text": "yes",
        "reply_to": 1,
    }


def test_a_member_event_names_the_member() -> None:
    event = event_of(GENERAL, MEMBER)
    fields = event.to_json()
    assert (fields["member"], fields["member_id"]) == ("carol", 3)
    assert (event.member, event.member_id) == ("carol", 3)
    assert "name" not in fields


def test_a_person_with_another_name_is_the_same_member() -> None:
    (renamed,) = log(PersonRenamed(3, "carol", "caroline"))
    fields = event_of(GENERAL, renamed).to_json()
    assert (fields["member"], fields["member_id"], fields["name"]) == ("carol", 3, "caroline")


def test_a_rooms_id_survives_readers_that_know_floats_only() -> None:
    event = event_of(Where(2**63 - 1, "general"), MESSAGE)
    assert event.room_id == 2**63 - 1
    assert event.to_json()["room_id"] == "9223372036854775807"


def test_attachments_are_told_where_there_are_any() -> None:
    (sent,) = log(Posted("see", attachments=(Attachment(b"f" * 32, "a.png", 3, "image/png"),)))
    (told,) = event_of(GENERAL, sent).to_json()["attachments"]
    assert told == {"file": "66" * 32, "name": "a.png", "size": 3, "media": "image/png"}
    assert "attachments" not in event_of(GENERAL, MESSAGE).to_json()


def test_an_erased_message_has_no_text() -> None:
    gone = msgspec.structs.replace(MESSAGE, body=b"", salt=b"", digest=digest_of(MESSAGE))
    fields = event_of(GENERAL, gone).to_json()
    assert fields["redacted"] is True
    assert "text" not in fields


def test_a_newer_type_is_a_placeholder() -> None:
    strange = msgspec.structs.replace(MESSAGE, type="danced", body=b"\xc1")
    fields = event_of(GENERAL, strange).to_json()
    assert fields["type"] == "danced"
    assert fields.keys() == {
        "room",
        "room_id",
        "seq",
        "type",
        "sender",
        "sender_id",
        "sent_at",
        "id",
    }


def plain() -> ChatEvent:
    """ANSWER as somebody would write it down."""
    at = datetime(2023, 11, 14, 22, 13, 20, 2, UTC)
    details = {"text": "yes", "reply_to": 1}
    return ChatEvent(
        "general", 2, "posted", "bob", at, UUID(bytes=ANSWER.id), details, room_id=1, sender_id=2
    )


def test_what_was_received_equals_what_is_written_down() -> None:
    assert event_of(GENERAL, ANSWER) == plain()
    assert plain() == event_of(GENERAL, ANSWER)
    assert repr(event_of(GENERAL, ANSWER)) == repr(plain())
    assert type(event_of(GENERAL, ANSWER)) is ChatEvent
    assert event_of(GENERAL, ANSWER) != event_of(Where(2, "general"), ANSWER)
    assert event_of(GENERAL, ANSWER) != event_of(GENERAL, MESSAGE)
    assert events_of(GENERAL, [MESSAGE, ANSWER]) == [event_of(GENERAL, MESSAGE), plain()]


@pytest.mark.parametrize("first", ["text", "details", "reply_to", "member", "to_json"])
def test_the_order_of_reading_makes_no_difference(first: str) -> None:
    event = event_of(GENERAL, ANSWER)
    value = getattr(event, first)
    assert (value() if callable(value) else value) == (
        plain().to_json() if first == "to_json" else getattr(plain(), first)
    )
    assert (event.text, event.reply_to, event.member) == ("yes", 1, None)
    assert event.details is event.details
    assert event == plain()


@pytest.mark.parametrize(
    "again",
    [
        lambda event: replace(event, seq=event.seq),
        copy.copy,
        copy.deepcopy,
        lambda event: pickle.loads(pickle.dumps(event)),
    ],
)
def test_a_copy_is_equal(again: Any) -> None:
    assert again(event_of(GENERAL, ANSWER)) == plain()
    assert again(event_of(GENERAL, ANSWER)).text == "yes"
    assert again(plain()).text == "yes"


def test_other_details_are_another_text() -> None:
    event = event_of(GENERAL, ANSWER)
    assert event.text == "yes"
    edited = replace(event, details={"text": "no"})
    assert (edited.text, edited.reply_to) == ("no", None)
    assert (event.text, event.reply_to) == ("yes", 1)


def test_an_event_cannot_be_changed() -> None:
    event = event_of(GENERAL, ANSWER)
    for name in ("seq", "details"):
        with pytest.raises(FrozenInstanceError):
            setattr(event, name, 7)
    for name in ("title", "raw"):
        with pytest.raises(AttributeError, match=name):
            getattr(event, name)


def test_what_cannot_be_read_is_a_placeholder_from_every_side() -> None:
    strange = event_of(GENERAL, msgspec.structs.replace(MESSAGE, body=b"\xc1"))
    assert (strange.text, strange.member, strange.reply_to) == (None, None, None)
    assert strange.details == {}
    gone = msgspec.structs.replace(MESSAGE, body=b"", salt=b"", digest=digest_of(MESSAGE))
    assert (event_of(GENERAL, gone).text, event_of(GENERAL, gone).details) == (None, {})
