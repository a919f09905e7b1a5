"""What a member is told about a room, its head and its keys."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from zmqchat.protocol.who import Who


class RoomKind(StrEnum):
    """Who may find and enter a room."""

    PUBLIC = "public"
    PRIVATE = "private"
    DIRECT = "direct"


class Role(StrEnum):
    """A member's standing in a room."""

    OWNER = "owner"
    MODERATOR = "moderator"
    MEMBER = "member"


class Head(msgspec.Struct, frozen=True, array_like=True):
    """A room's highest seq, the chain there, and the epoch that is in force."""

    room: int
    seq: int
    chain: bytes
    epoch: int


class LineageStart(msgspec.Struct, frozen=True, array_like=True):
    """Events with a seq above `after` belong to `lineage` (until the next start)."""

    after: int
    lineage: bytes


class RoomInfo(msgspec.Struct, frozen=True, array_like=True):
    """A room as its member holds it: what it is called, where it is heard, and how it is opened.

    `handle` is the SUB topic and `key` the 32-byte sealing key of `epoch`; `posted` counts the
    messages ever posted; `lineages` is in rising order and starts with `after=0`. A direct room has
    no name: `people` are the others in it, by name (empty for every other room).
    """

    room: int
    name: str
    kind: RoomKind
    description: str
    role: Role
    epoch: int
    handle: bytes
    key: bytes
    seq: int
    chain: bytes
    posted: int
    lineages: list[LineageStart]
    archived: bool = False
    people: tuple[Who, ...] = ()

    @property
    def head(self) -> Head:
        """The head that this information was read at."""
        return Head(self.room, self.seq, self.chain, self.epoch)


class RoomEntry(msgspec.Struct, frozen=True, array_like=True):
    """A line of the room directory: what an asker sees of a room that it may find.

    `people` as in RoomInfo.
    """

    room: int
    name: str
    kind: RoomKind
    description: str
    member: bool
    members: int
    seq: int
    archived: bool = False
    people: tuple[Who, ...] = ()

    @property
    def invited(self) -> bool:
        """Whether somebody has invited the asker, who has not entered: no other finds it."""
        return self.kind is RoomKind.PRIVATE and not self.member


class Level(StrEnum):
    """What a member wants to be told of in a room."""

    ALL = "all"
    MENTIONS = "mentions"
    NOTHING = "nothing"


class RoomState(msgspec.Struct, frozen=True, array_like=True):
    """What a user keeps about a room, alike on all devices.

    `read` is the seq up to which the user has read; `unread` counts the messages behind it and
    `mentions` those of them that name the user, both at the room's `seq`. A muted room shows no
    unread count.
    """

    room: int
    read: int
    unread: int
    mentions: int
    seq: int
    level: Level = Level.ALL
    muted: bool = False
