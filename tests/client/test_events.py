"""Events as programs read them."""

from __future__ import annotations

from uuid import UUID

import msgspec

from tests.client.samples import log
from zmqchat.client.events import event_of, message_of
from zmqchat.protocol.chain import digest_of
from zmqchat.protocol.events import Joined, Posted
from zmqchat.protocol.replies import Message

MESSAGE, ANSWER, MEMBER = log("hello", Posted("yes", 1), Joined("bob"))


def test_a_message_has_what_the_document_says() -> None:
    event = event_of("general", ANSWER)
    assert event.to_json() == {
        "room": "general",
        "seq": 2,
        "type": "posted",
        "sender": "bob",
        "sent_at": "2023-11-14T22:13:20.000002Z",
        "id": str(UUID(bytes=ANSWER.id)),
        "text": "yes",
        "reply_to": 1,
    }


def test_a_member_event_names_the_member() -> None:
    assert event_of("general", MEMBER).to_json()["member"] == "bob"


def test_an_erased_message_has_no_text() -> None:
    gone = msgspec.structs.replace(MESSAGE, body=b"", salt=b"", digest=digest_of(MESSAGE))
    fields = event_of("general", gone).to_json()
    assert fields["redacted"] is True
    assert "text" not in fields


def test_a_newer_type_is_a_placeholder() -> None:
    strange = msgspec.structs.replace(MESSAGE, type="danced", body=b"\xc1")
    fields = event_of("general", strange).to_json()
    assert fields["type"] == "danced"
    assert fields.keys() == {"room", "seq", "type", "sender", "sent_at", "id"}


def test_an_edited_message_says_when() -> None:
    message = Message(MESSAGE, 1_700_000_001_000_000)
    assert message_of("general", message).to_json()["edited_at"] == "2023-11-14T22:13:21.000000Z"
