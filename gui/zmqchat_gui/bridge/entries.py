"""Entries of a timeline, as small as they can be: a room may have a hundred thousand of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from zmqchat.client import ChatEvent, ChatMessage, Reaction
from zmqchat.client.changes import CHANGES

SENT = "sent"
PENDING = "pending"
FAILED = "failed"

POSTED = "posted"

Item = ChatMessage | ChatEvent
"""What a page has: messages as they stand, and what else happened to the room among them."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(slots=True, eq=False)
class Entry:
    """A message, or another event of the log; of one's own perhaps not sent yet (`seq` 0).

    `time_us` is in microseconds since the epoch, `about` whom or what a membership event concerns,
    `root` the message that its thread began with (0: it answers nothing), `replies` how many
    messages are under it, `mentions` whom it names, `changing` what the person did to it that is
    shown already and not in the log yet.
    """

    seq: int
    type: str
    sender: str
    time_us: int
    text: str = ""
    about: str = ""
    reply_to: int = 0
    edited: bool = False
    redacted: bool = False
    delivery: str = SENT
    failure: str = ""
    key: str = ""
    reactions: tuple[Reaction, ...] = ()
    pinned: bool = False
    root: int = 0
    replies: int = 0
    mentions: tuple[str, ...] = ()
    changing: Sequence[ChatEvent] = ()

    def fold(self, message: ChatMessage, changing: Sequence[ChatEvent] = ()) -> None:
        """Takes over what happened to the message, `changing` of which is not confirmed yet."""
        self.text = message.text or ""
        self.reply_to = message.reply_to or 0
        self.edited = message.edited_at is not None
        self.redacted = message.redacted
        self.reactions = message.reactions
        self.pinned = message.pinned
        self.root = message.root
        self.replies = message.replies
        self.mentions = message.mentions
        self.changing = changing

    @property
    def is_message(self) -> bool:
        """Whether it is a message, and not something that happened to the room."""
        return self.type == POSTED


def entry_of(event: ChatEvent) -> Entry:
    """An event as the timeline keeps it."""
    posted = event.type == POSTED
    return Entry(
        seq=event.seq,
        type=sys.intern(event.type),
        sender=sys.intern(event.sender),
        time_us=_microseconds(event.sent_at),
        text=event.text or "",
        about="" if posted else event.member or event.details.get("name") or "",
        reply_to=event.reply_to or 0,
        redacted=event.redacted,
    )


def entry_of_message(message: ChatMessage) -> Entry:
    """A message, with what happened to it."""
    entry = Entry(message.seq, POSTED, sys.intern(message.sender), _microseconds(message.sent_at))
    entry.fold(message)
    return entry


def entry_of_item(item: Item) -> Entry:
    """What a page has at a place."""
    return entry_of_message(item) if isinstance(item, ChatMessage) else entry_of(item)


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def is_shown(event_type: str) -> bool:
    """Whether an event has a line of its own in the timeline, and is not about one that has."""
    return event_type not in CHANGES
