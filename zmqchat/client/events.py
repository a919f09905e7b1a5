"""Events as an application sees them: names instead of ids, decoded bodies, JSON for programs.

A client may hear thousands of them in a second and look at few: what is costly to make (the id, the
time, the details) is made when it is first read, and the envelope's fields are copied at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from zmqchat.errors import PeerError
from zmqchat.protocol import codec
from zmqchat.protocol.events import Body, Event
from zmqchat.protocol.limits import SALT_BYTES
from zmqchat.protocol.requests import SendItem
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
        "sender",
        "sent_at",
        "seq",
        "type",
    )

    def __init__(self, room: str, event: Event) -> None:
        self.room = room
        self.seq = event.seq
        self.type = event.type
        self.sender = event.sender
        self.redacted = not event.salt
        self.edited_at: datetime | None = None
        self.raw_time = event.time_us
        self.raw_id = event.id
        self.raw_body: bytes | Body | None = event.body if event.salt else None


@dataclass(frozen=True, slots=True)
class ChatEvent(_Received):
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
        """Whom a membership event is about."""
        member = self._field("member")
        return member if isinstance(member, str) else None

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
    received = _Received(room, event)
    received.__class__ = ChatEvent
    return cast("ChatEvent", received)


def events_of(room: str, events: Sequence[Event]) -> list[ChatEvent]:
    """`event_of` for many."""
    return [event_of(room, event) for event in events]


def acknowledged_of(
    room: str, sender: str, item: SendItem, acknowledged: Acknowledged
) -> ChatEvent:
    """The event that a send became, as its sender knows it."""
    event = Event(
        acknowledged.seq,
        item.type,
        sender,
        0,
        acknowledged.time_us,
        item.id,
        item.body,
        _SALTED,
        b"",
        b"",
    )
    return event_of(room, event)


def _fields(body: Body) -> dict[str, Any]:
    fields = {name: getattr(body, name) for name in body.__struct_fields__}
    return {name: value for name, value in fields.items() if value is not None}


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
