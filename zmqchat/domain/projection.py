"""What events have done to messages: the values that history, threads and search are read from.

They follow from the log and are written in the commit that writes the events. Most messages have
none: nothing has happened to them. Of these, decisions look at `Facts` of the few messages that a
batch is about; nothing is kept in memory.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessageState:
    """What has happened to the message at (room, seq); the key is (room, seq).

    `root` is the seq of the first message of its thread (0: it answers nothing); `replies` counts
    the replies under it that are not erased and `replied_us` is the newest one's time; `edited_seq`
    and `edited_us` are those of its newest edit, `pinned_seq` of the event that pinned it,
    `erased_us` of its redaction (0 everywhere: never).
    """

    room: int
    seq: int
    root: int = 0
    replies: int = 0
    replied_us: int = 0
    edited_seq: int = 0
    edited_us: int = 0
    pinned_seq: int = 0
    erased_us: int = 0


@dataclass(frozen=True, slots=True)
class Reaction:
    """`emoji` of `user` on a message, set by the event `seq`; taken back where `on` is False."""

    room: int
    target: int
    emoji: str
    user: int
    seq: int
    on: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """The event `seq` is an edit of the message at `target`."""

    room: int
    target: int
    seq: int


@dataclass(frozen=True, slots=True)
class Mentions:
    """All whom the message at (room, seq) mentions, in place of those that it did before.

    `users` may have `protocol.who.EVERYBODY` in it: `@room`.
    """

    room: int
    seq: int
    users: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Erasure:
    """The contents of the message at (room, target) and of all its edits are to be blanked."""

    room: int
    target: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A user's picture, in place of the one before; empty: none."""

    user: int
    data: bytes


Projected = MessageState | Reaction | Edit | Mentions | Erasure | Picture
"""Written in this order of a batch; of several values of one key the last one counts."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the log knows of the event at (room, seq) that a decision is about.

    `type` and `user` are the event's; `reactions` are the (user, emoji) pairs on it, `pins` the
    number of pinned messages in its room.
    """

    type: str
    user: int
    state: MessageState
    reactions: frozenset[tuple[int, str]] = frozenset()
    pins: int = 0
