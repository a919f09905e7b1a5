"""Events as an application sees them: names instead of ids, decoded bodies, JSON for programs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from zmqchat.errors import PeerError
from zmqchat.protocol import codec
from zmqchat.protocol.events import Event
from zmqchat.protocol.replies import Message

_MICROSECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class ChatEvent:
    """One event of a room's log.

    `type` is one of `zmqchat.protocol.events.BODY_TYPES`, or a newer one, whose `details` are then
    empty; `sent_at` is the server's clock, UTC; `details` are the body's fields (for a message
    `text`, and `reply_to` where it answers one); `redacted` says that the content is erased.
    """

    room: str
    seq: int
    type: str
    sender: str
    sent_at: datetime
    id: UUID
    details: dict[str, Any]
    redacted: bool = False
    edited_at: datetime | None = None

    @property
    def text(self) -> str | None:
        """A message's text, or None for other events and erased messages."""
        text = self.details.get("text")
        return text if isinstance(text, str) else None

    @property
    def member(self) -> str | None:
        """Whom a membership event is about."""
        member = self.details.get("member")
        return member if isinstance(member, str) else None

    @property
    def reply_to(self) -> int | None:
        """The seq of the message that this one answers."""
        reply_to = self.details.get("reply_to")
        return reply_to if isinstance(reply_to, int) else None

    def to_json(self) -> dict[str, Any]:
        """What `--json` prints: `room, seq, type, sender, sent_at, id`, then the details."""
        fields: dict[str, Any] = {
            "room": self.room,
            "seq": self.seq,
            "type": self.type,
            "sender": self.sender,
            "sent_at": rfc3339(self.sent_at),
            "id": str(self.id),
            **self.details,
        }
        if self.edited_at is not None:
            fields["edited_at"] = rfc3339(self.edited_at)
        if self.redacted:
            fields["redacted"] = True
        return fields


def rfc3339(moment: datetime) -> str:
    """A moment in UTC with microseconds: `2026-01-02T03:04:05.678901Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(time_us: int) -> datetime:
    """A wire time as a datetime in UTC."""
    seconds, microseconds = divmod(time_us, _MICROSECOND)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=microseconds)


def event_of(room: str, event: Event) -> ChatEvent:
    """A verified event of the room with this name."""
    return ChatEvent(
        room,
        event.seq,
        event.type,
        event.sender,
        moment(event.time_us),
        UUID(bytes=event.id),
        {} if event.erased else details_of(event.type, event.body),
        event.erased,
    )


def message_of(room: str, message: Message) -> ChatEvent:
    """A message of a history page, with what happened to it folded in."""
    event = event_of(room, message.event)
    if message.edited_us is None:
        return event
    return replace(event, edited_at=moment(message.edited_us))


def details_of(event_type: str, body: bytes) -> dict[str, Any]:
    """The body's fields; none where this version does not know the type or cannot read it."""
    try:
        decoded = codec.decode_body(event_type, body)
    except PeerError:
        return {}
    fields = msgspec.structs.asdict(decoded)
    return {name: value for name, value in fields.items() if value is not None}
