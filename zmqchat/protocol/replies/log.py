"""Replies about what is in rooms' logs."""

from __future__ import annotations

import msgspec

from zmqchat.protocol.events import Event
from zmqchat.protocol.replies.base import ReplyStruct
from zmqchat.protocol.rooms import Head
from zmqchat.protocol.who import Who


class Accepted(msgspec.Struct, frozen=True, array_like=True, tag=True, gc=False):
    """The send is in the log, on disk, at `seq`; a repetition gets the original's."""

    seq: int
    time_us: int


class Refusal(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """The send is not in the log. `retry_after` (seconds) is set where waiting helps."""

    code: str
    message: str
    retry_after: float | None = None


class Sent(ReplyStruct, frozen=True, tag="sent"):
    """One result for each item of the `Send`, in its order."""

    results: list[Accepted | Refusal]


class CaughtUp(msgspec.Struct, frozen=True, array_like=True):
    """A part of a room's log: `events` start at `after` + 1, without holes.

    `chain` is the chain at `after`, `head` the room's head when this was read. `diverged` says
    that the asker's chain at `after` is not the server's; then there are no events.
    """

    room: int
    after: int
    chain: bytes
    events: list[Event]
    head: Head
    diverged: bool = False


class CaughtUpAll(ReplyStruct, frozen=True, tag="caught-up"):
    """One span for each room asked for that the asker may read, as far as the reply reaches."""

    spans: list[CaughtUp]


class ChainsAt(ReplyStruct, frozen=True, tag="chains-at"):
    """The chain at each seq asked for; b"" for a seq that the log does not have."""

    room: int
    chains: list[bytes]


class Reaction(msgspec.Struct, frozen=True, array_like=True):
    """An emoji on a message and who set it, in the order in which they did."""

    emoji: str
    people: list[Who]


class Message(msgspec.Struct, frozen=True, array_like=True):
    """A message with everything that happened to it folded in, valid at the reply's `seq`.

    `text` is the newest text of a message that was edited, at `edited_us`; None where it stands as
    posted. `root` is the seq of the message that its thread began with (0: it is in no thread);
    `replies` counts the replies under it, if it is a root, and `replied_us` is the newest one's
    time. `mentions` has the ids of whom it mentions, `EVERYBODY` for everybody.
    """

    event: Event
    edited_us: int | None = None
    text: str | None = None
    root: int = 0
    replies: int = 0
    replied_us: int = 0
    reactions: list[Reaction] = msgspec.field(default_factory=list)
    pinned: bool = False
    mentions: list[int] = msgspec.field(default_factory=list)


class Messages(ReplyStruct, frozen=True, tag="messages"):
    """A page of messages, oldest first, valid at the room's `seq`.

    `more` says that there are others in the direction of reading.
    """

    room: int
    seq: int
    messages: list[Message]
    more: bool


class MessageDetail(ReplyStruct, frozen=True, tag="message-detail"):
    """One message, and a page of its `edited` events, oldest first (erased ones included).

    `more` says that there are older ones.
    """

    room: int
    seq: int
    message: Message
    edits: list[Event]
    more: bool = False


class Found(msgspec.Struct, frozen=True, array_like=True):
    """A message that was found, and its room."""

    room: int
    message: Message


class SearchResults(ReplyStruct, frozen=True, tag="search-results"):
    """What was found, newest first; `next` continues behind it (b"": that is all), and falls.

    `behind` events at most are not in the index yet, and were not looked at (0: all were).
    """

    found: list[Found]
    next: bytes
    behind: int = 0
