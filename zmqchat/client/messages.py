"""Messages as an application sees them: with everything that happened to them folded in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from zmqchat.client.events import ChatEvent, event_of, events_of, moment, rfc3339
from zmqchat.client.naming import Where
from zmqchat.protocol.replies import Message, MessageDetail, Messages
from zmqchat.protocol.who import Who


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji on a message and those who set it, in the order in which they did."""

    emoji: str
    people: tuple[Who, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What they are called."""
        return tuple(who.name for who in self.people)

    def by(self, user: int) -> bool:
        """Whether somebody set it."""
        return any(who.id == user for who in self.people)

    def to_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {"emoji": self.emoji, "names": [*self.names], "ids": [w.id for w in self.people]}


class FoundMessages(list["ChatMessage"]):
    """What a search found, newest first.

    `behind` events at most are not in the server's index yet, and were not looked at.
    """

    behind: int = 0

    @property
    def doubt(self) -> str:
        """What a person is to be told of it; "" where everything was looked at."""
        if not self.behind:
            return ""
        return (
            f"The server's search index is behind by up to {self.behind} messages: some may be "
            "missing here. Nothing is lost; search again later."
        )


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message as it stands at the room's seq `as_of`.

    `text` is the newest, or None where it was redacted; `edited_at` is None where it stands as it
    was posted. `root` is the seq of the message that its thread began with (0: it answers nothing);
    `replies` counts those under it, the newest of which came at `replied_at`. `mentions` has the
    ids of those whom it mentions, `EVERYBODY` for all. Names and ids are as in `ChatEvent`.
    """

    room: str
    seq: int
    sender: str
    sent_at: datetime
    id: UUID
    text: str | None
    redacted: bool = False
    reply_to: int | None = None
    root: int = 0
    replies: int = 0
    replied_at: datetime | None = None
    edited_at: datetime | None = None
    reactions: tuple[Reaction, ...] = ()
    pinned: bool = False
    mentions: tuple[int, ...] = ()
    room_id: int = 0
    sender_id: int = 0
    as_of: int = field(default=0, compare=False)

    @property
    def type(self) -> str:
        """What it is in the log."""
        return "posted"

    def to_json(self) -> dict[str, Any]:
        """What `--json` prints: the event's fields, and what happened to it where anything did."""
        fields: dict[str, Any] = {
            "room": self.room,
            "room_id": str(self.room_id),
            "seq": self.seq,
            "type": self.type,
            "sender": self.sender,
            "sender_id": self.sender_id,
            "sent_at": rfc3339(self.sent_at),
            "id": str(self.id),
        }
        if self.text is not None:
            fields["text"] = self.text
        fields.update((name, value) for name, value in self._happened() if value)
        return fields

    def _happened(self) -> list[tuple[str, Any]]:
        return [
            ("reply_to", self.reply_to),
            ("root", self.root),
            ("replies", self.replies),
            ("replied_at", self.replied_at and rfc3339(self.replied_at)),
            ("edited_at", self.edited_at and rfc3339(self.edited_at)),
            ("reactions", [reaction.to_json() for reaction in self.reactions]),
            ("pinned", self.pinned),
            ("mention_ids", list(self.mentions)),
            ("redacted", self.redacted),
        ]


@dataclass(frozen=True, slots=True)
class Detail:
    """One message, the `edited` events of it, oldest first (erased ones included), and the text
    that it was posted with (None where it is erased).
    """

    message: ChatMessage
    edits: tuple[ChatEvent, ...]
    original: str | None = None


def posted_of(event: ChatEvent, root: int = 0) -> ChatMessage:
    """A message as it was posted."""
    return ChatMessage(
        event.room,
        event.seq,
        event.sender,
        event.sent_at,
        event.id,
        event.text,
        event.redacted,
        event.reply_to,
        root,
        room_id=event.room_id,
        sender_id=event.sender_id,
        as_of=event.seq,
    )


def message_of(where: Where, message: Message, as_of: int) -> ChatMessage:
    """A message as the server folded it at `as_of`."""
    event = event_of(where, message.event)
    return ChatMessage(
        where.name,
        event.seq,
        event.sender,
        event.sent_at,
        event.id,
        event.text if message.text is None else message.text,
        event.redacted,
        event.reply_to,
        message.root,
        message.replies,
        moment(message.replied_us) if message.replied_us else None,
        None if message.edited_us is None else moment(message.edited_us),
        tuple(Reaction(reaction.emoji, tuple(reaction.people)) for reaction in message.reactions),
        message.pinned,
        tuple(message.mentions),
        where.id,
        event.sender_id,
        as_of,
    )


def page_of(where: Where, page: Messages) -> list[ChatMessage]:
    """A page of messages of the room."""
    return [message_of(where, message, page.seq) for message in page.messages]


def detail_of(where: Where, detail: MessageDetail) -> Detail:
    """One message with its edits."""
    message = message_of(where, detail.message, detail.seq)
    original = event_of(where, detail.message.event).text
    return Detail(message, tuple(events_of(where, detail.edits)), original)
