"""Replies that open and keep a session."""

from __future__ import annotations

import msgspec

from zmqchat.protocol.limits import SUITE
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.replies.base import ReplyStruct
from zmqchat.protocol.rooms import Head, RoomInfo


class ListenToken(msgspec.Struct, frozen=True, array_like=True):
    """What a SUB shows the broker as PLAIN user name and password, and until when it is good."""

    username: str
    password: str
    until_us: int


class PersonalTopic(msgspec.Struct, frozen=True, array_like=True):
    """Where and how a user hears what concerns the user alone."""

    handle: bytes
    key: bytes


class Welcome(ReplyStruct, frozen=True, tag="welcome"):
    """A session is open. `brokers` are SUB addresses; a host of `*` is the host that was dialled.

    `realm` (16 bytes) and `lineage` (16 bytes) go into every chain and signature; `signing_key`
    is the Ed25519 public key of published frames. `time_us` is the server's clock. `account` is the
    version of what the user keeps, `role` the user's standing in the realm. `suite` names how
    frames are sealed and bodies hashed: a client that knows another one only goes no further.
    `guesses` is how many wrong passwords were tried for the user's name within a day, where they
    are more than one's own mistakes would be.
    """

    version: int
    realm: bytes
    lineage: bytes
    signing_key: bytes
    name: str
    user: int
    device: int
    time_us: int
    heartbeat_s: float
    brokers: list[str]
    listen: ListenToken
    personal: PersonalTopic
    rooms: list[RoomInfo]
    cursor: bytes
    account: int = 0
    role: RealmRole = RealmRole.MEMBER
    suite: str = SUITE
    guesses: int = 0


class Beat(ReplyStruct, frozen=True, tag="beat"):
    """The answer to a heartbeat: heads that changed, the clock, and a fresh listening token.

    `rooms` are all the rooms that the user is a member of, given only when the set may have
    changed since the cursor (None otherwise), and `personal` with them: the personal topic is
    renewed when a device of the user is removed. `account` is the version of what the user keeps:
    ask for it when it is another than the one that is held. `guesses` is that of the welcome.
    """

    time_us: int
    cursor: bytes
    heads: list[Head]
    rooms: list[int] | None = None
    listen: ListenToken | None = None
    account: int = 0
    personal: PersonalTopic | None = None
    guesses: int = 0


class Done(ReplyStruct, frozen=True, tag="done"):
    """Nothing more to say."""
