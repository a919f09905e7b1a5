"""Events as an application sees them: with names and ids, decoded bodies, JSON for programs.

A client may hear thousands of them in a second and look at few: what is costly to make (the id, the
time, the details) is made when it is first read, and the envelope's fields are copied at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from zmqchat.client.naming import Where
from zmqchat.errors import PeerError
from zmqchat.protocol import codec
from zmqchat.protocol.events import (
    Appointed,
    Attachment,
    Banned,
    Body,
    Event,
    Invited,
    Joined,
    Kicked,
    Left,
    PersonRenamed,
    Posted,
    Unbanned,
)
from zmqchat.protocol.limits import SALT_BYTES
from zmqchat.protocol.requests import SendItem
from zmqchat.protocol.who import Who
from zmqchat.sync.effects import Acknowledged

_MICROSECOND = 1_000_000
_SALTED = bytes(SALT_BYTES)
"""The salt is the server's secret until the event is heard; that there is one: content exists."""


class _Received:
    """An event while its fields are filled in: as a frozen class's, that would take twice as long.

    `raw_time`, `raw_id` and `raw_body` are what the late fields are made of; the body is replaced
    by the decoded one, and None where it is erased or cannot be read.
    """

    __slots__ = (
        "details",
        "edited_at",
        "id",
        "raw_body",
        "raw_id",
        "raw_time",
        "redacted",
        "room",
        "room_id",
        "sender",
        "sender_id",
        "sent_at",
        "seq",
        "type",
    )

    def __init__(self, where: Where, event: Event) -> None:
        self.room_id, self.room = where
        self.seq = event.seq
        self.type = event.type
        self.sender_id = event.sender
        self.sender = event.name
        self.redacted = not event.salt
        self.edited_at: datetime | None = None
        self.raw_time = event.time_us
        self.raw_id = event.id
        self.raw_body: bytes | Body | None = event.body if event.salt else None


@dataclass(frozen=True, slots=True)
class ChatEvent(_Received):
    """One event of a room's log.

    `sender` is what the sender was called then, as the log has it and its chain covers; who it is
    says `sender_id`, which stays (`Chat.name_of` tells what that person is called now). So it is
    with `member` and `member_id`. `room` is what the room is called now, and `room_id` stays.

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
    room_id: int = 0
    sender_id: int = 0

    if not TYPE_CHECKING:  # a type checker would let any name pass

        def __getattr__(self, name: str) -> Any:
            """A late field that is read for the first time: its slot is still empty."""
            make = _LATE.get(name)
            if make is None:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            value = make(self)
            object.__setattr__(self, name, value)
            return value

    @property
    def text(self) -> str | None:
        """The text of a message or an edit; None where it is erased, and for most other events."""
        text = self._field("text")
        return text if isinstance(text, str) else None

    @property
    def member(self) -> str | None:
        """What the person was called whom an event about a member is about."""
        member = self.details.get("member")
        return member if isinstance(member, str) else None

    @property
    def member_id(self) -> int | None:
        """Whom an event about a member is about."""
        member = self.details.get("member_id")
        return member if isinstance(member, int) else None

    @property
    def target(self) -> int | None:
        """The seq of the message that an edit, a redaction, a reaction or a pin is about."""
        target = self._field("target")
        return target if isinstance(target, int) else None

    @property
    def emoji(self) -> str | None:
        """What was set on a message, or taken back."""
        emoji = self._field("emoji")
        return emoji if isinstance(emoji, str) else None

    @property
    def reply_to(self) -> int | None:
        """The seq of the message that this one answers."""
        reply_to = self._field("reply_to")
        return reply_to if isinstance(reply_to, int) else None

    def _field(self, name: str) -> Any:
        """A field of the body; one that was received needs no `details` for it."""
        try:
            body = self.raw_body
        except AttributeError:
            return self.details.get(name)
        if type(body) is bytes:
            body = _decoded(self, body)
        return getattr(body, name, None)

    def to_json(self) -> dict[str, Any]:
        """What `--json` prints: room, seq, type, sender, `sent_at` and id, then the details.

        `room_id` is text: it has up to 63 bits, and most readers of JSON round such numbers.
        """
        fields: dict[str, Any] = {
            "room": self.room,
            "room_id": str(self.room_id),
            "seq": self.seq,
            "type": self.type,
            "sender": self.sender,
            "sender_id": self.sender_id,
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


def event_of(where: Where, event: Event) -> ChatEvent:
    """A verified event of the room."""
    received = _Received(where, event)
    received.__class__ = ChatEvent
    return cast("ChatEvent", received)


def events_of(where: Where, events: Sequence[Event]) -> list[ChatEvent]:
    """`event_of` for many."""
    return [event_of(where, event) for event in events]


def acknowledged_of(
    where: Where, sender: Who, item: SendItem, acknowledged: Acknowledged
) -> ChatEvent:
    """The event that a send became, as its sender knows it."""
    event = Event(
        acknowledged.seq,
        item.type,
        sender.id,
        sender.name,
        0,
        acknowledged.time_us,
        item.id,
        item.body,
        _SALTED,
        b"",
        b"",
    )
    return event_of(where, event)


def _fields(body: Body) -> dict[str, Any]:
    fields = {name: getattr(body, name) for name in body.__struct_fields__}
    match body:
        case Posted():
            fields["attachments"] = [_attached(each) for each in body.attachments] or None
        case PersonRenamed(member, former, name):
            fields = {"member": former, "member_id": member, "name": name}
        case Joined() | Left() | Invited() | Kicked() | Banned() | Unbanned() | Appointed():
            fields["member_id"], fields["member"] = body.member, fields.pop("name")
    return {name: value for name, value in fields.items() if value is not None}


def _attached(attachment: Attachment) -> dict[str, Any]:
    fields = {name: getattr(attachment, name) for name in attachment.__struct_fields__}
    return {**fields, "file": attachment.file.hex()}


def _decoded(received: _Received, raw: bytes) -> Body | None:
    """The body, kept in place of its bytes; None where it cannot be read."""
    try:
        body = codec.decode_body(received.type, raw)
    except PeerError:
        body = None
    object.__setattr__(received, "raw_body", body)
    return body


def _details(received: _Received) -> dict[str, Any]:
    body = received.raw_body
    if isinstance(body, bytes):
        body = _decoded(received, body)
    return {} if body is None else _fields(body)


_LATE: dict[str, Callable[[_Received], Any]] = {
    "sent_at": lambda received: moment(received.raw_time),
    "id": lambda received: UUID(bytes=received.raw_id),
    "details": _details,
}
