"""Entries of a timeline, as small as they can be: a room may have a hundred thousand of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from zmqchat.client import ChatEvent, ChatMessage, Reaction
from zmqchat.client.changes import CHANGES
from zmqchat.protocol.who import Who

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

    `sender` is who it was, as called then, `time_us` in microseconds since the epoch, `about` whom
    or what a membership event concerns (`about_id`: the person's id), `root` the message that its
    thread began with (0: it answers nothing), `replies` how many messages are under it, `mentions`
    whom it names, `changing` what the person did to it that is shown already and not in the log
    yet.
    """

    seq: int
    type: str
    sender: Who
    time_us: int
    text: str = ""
    about: str = ""
    about_id: int = 0
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
    mentions: tuple[int, ...] = ()
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


@lru_cache(maxsize=4096)
def _who(user: int, name: str) -> Who:
    """Alike for all that somebody wrote: there may be very much of it."""
    return Who(user, name)


def _about(event: ChatEvent) -> str:
    """Whom or what an event concerns: a person, or a room's new name."""
    if event.type == "person-renamed":
        return str(event.details.get("name", ""))
    return event.member or str(event.details.get("name", ""))


def entry_of(event: ChatEvent) -> Entry:
    """An event as the timeline keeps it."""
    posted = event.type == POSTED
    return Entry(
        seq=event.seq,
        type=sys.intern(event.type),
        sender=_who(event.sender_id, event.sender),
        time_us=_microseconds(event.sent_at),
        text=event.text or "",
        about="" if posted else _about(event),
        about_id=0 if posted else event.member_id or 0,
        reply_to=event.reply_to or 0,
        redacted=event.redacted,
    )


def entry_of_message(message: ChatMessage) -> Entry:
    """A message, with what happened to it."""
    sender = _who(message.sender_id, message.sender)
    entry = Entry(message.seq, POSTED, sender, _microseconds(message.sent_at))
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
