"""Replies: what the server answers, one frame for one request."""

from __future__ import annotations

import msgspec

from zmqchat.protocol.events import Event
from zmqchat.protocol.rooms import Head, Person, RoomEntry, RoomInfo


class _Reply(msgspec.Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """Bodies are maps with a `type`."""


class ListenToken(msgspec.Struct, frozen=True, array_like=True):
    """What a SUB shows the broker as PLAIN user name and password, and until when it is good."""

    username: str
    password: str
    until_us: int


class PersonalTopic(msgspec.Struct, frozen=True, array_like=True):
    """Where and how a user hears what concerns the user alone."""

    handle: bytes
    key: bytes


class Welcome(_Reply, frozen=True, tag="welcome"):
    """A session is open. `brokers` are SUB addresses; a host of `*` is the host that was dialled.

    `realm` (16 bytes) and `lineage` (16 bytes) go into every chain and signature; `signing_key`
    is the Ed25519 public key of published frames. `time_us` is the server's clock.
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


class Beat(_Reply, frozen=True, tag="beat"):
    """The answer to a heartbeat: heads that changed, the clock, and a fresh listening token.

    `rooms` are all the rooms that the user is a member of, given only when the set may have
    changed since the cursor (None otherwise).
    """

    time_us: int
    cursor: bytes
    heads: list[Head]
    rooms: list[int] | None = None
    listen: ListenToken | None = None


class Accepted(msgspec.Struct, frozen=True, array_like=True, tag=True, gc=False):
    """The send is in the log, on disk, at `seq`; a repetition gets the original's."""

    seq: int
    time_us: int


class Refusal(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """The send is not in the log. `retry_after` (seconds) is set where waiting helps."""

    code: str
    message: str
    retry_after: float | None = None


class Sent(_Reply, frozen=True, tag="sent"):
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


class CaughtUpAll(_Reply, frozen=True, tag="caught-up"):
    """One span for each room asked for that the asker may read, as far as the reply reaches."""

    spans: list[CaughtUp]


class ChainsAt(_Reply, frozen=True, tag="chains-at"):
    """The chain at each seq asked for; b"" for a seq that the log does not have."""

    room: int
    chains: list[bytes]


class Message(msgspec.Struct, frozen=True, array_like=True):
    """A message with everything that happened to it folded in, valid at the reply's `seq`."""

    event: Event
    edited_us: int | None = None


class Messages(_Reply, frozen=True, tag="messages"):
    """A page of history, oldest first; `more` says that there are older messages."""

    room: int
    seq: int
    messages: list[Message]
    more: bool


class RoomList(_Reply, frozen=True, tag="room-list"):
    """The room directory, by name."""

    rooms: list[RoomEntry]


class OpenedRooms(_Reply, frozen=True, tag="opened-rooms"):
    """Rooms with their keys."""

    rooms: list[RoomInfo]


class RoomCreated(_Reply, frozen=True, tag="room-created"):
    """The new room, open to its owner."""

    room: RoomInfo


class People(_Reply, frozen=True, tag="people"):
    """A page of people, by name; `more` says that others follow."""

    people: list[Person]
    more: bool


class Done(_Reply, frozen=True, tag="done"):
    """Nothing more to say."""


ReplyBody = (
    Welcome
    | Beat
    | Sent
    | CaughtUpAll
    | ChainsAt
    | Messages
    | RoomList
    | OpenedRooms
    | RoomCreated
    | People
    | Done
)


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a request was refused: a stable code, a sentence for a person, seconds to wait."""

    code: str
    message: str
    retry_after: float | None = None


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """A reply frame: exactly one of `ok` and `error` is set. `id` is the request's."""

    id: int
    ok: ReplyBody | None = None
    error: Fault | None = None
