"""Requests: everything that a client may ask. What is not listed here does not exist.

One frame holds one `Request`; the body's tag is its `type` field, unknown tags and unknown fields
are refused. Sends are batched: what waits in an outbox goes out as one `Send`.
"""

from __future__ import annotations

import msgspec


class _Request(msgspec.Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """Bodies are maps with a `type`."""


class Hello(_Request, frozen=True, tag="hello"):
    """Opens a session on this connection for the CURVE key it was made with.

    `versions` are the protocol versions that the client speaks; `name` is claimed when it is
    free, or must belong to the connection's key; `token` is the join link's. `client` and `label`
    describe the program and the device to people.
    """

    versions: list[int]
    name: str
    client: str
    token: str = ""
    label: str = ""


class Heartbeat(_Request, frozen=True, tag="heartbeat"):
    """Says that the client lives and asks what changed since `cursor` (b"" for everything)."""

    cursor: bytes = b""


class SendItem(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One event that the client wants in a room's log: its id, its type and the encoded body."""

    id: bytes
    room: int
    type: str
    body: bytes


class Send(_Request, frozen=True, tag="send"):
    """Sends, decided and acknowledged in this order."""

    items: list[SendItem]


class Span(msgspec.Struct, frozen=True, array_like=True):
    """Events of `room` with seq > `after`, where the asker's chain is `chain` (b"": not known)."""

    room: int
    after: int
    chain: bytes
    limit: int


class CatchUp(_Request, frozen=True, tag="catch-up"):
    """Events after a seq, of many rooms at once."""

    spans: list[Span]


class Chains(_Request, frozen=True, tag="chains"):
    """The chain at each of `seqs`, to find the last point that two logs share."""

    room: int
    seqs: list[int]


class History(_Request, frozen=True, tag="history"):
    """Up to `limit` messages with a seq below `before` (None: from the head), folded."""

    room: int
    before: int | None = None
    limit: int = 50


class Rooms(_Request, frozen=True, tag="rooms"):
    """The rooms that the asker may find."""


class OpenRooms(_Request, frozen=True, tag="open-rooms"):
    """Names, keys and heads of rooms that the asker is a member of; others are left out."""

    rooms: list[int]


class CreateRoom(_Request, frozen=True, tag="create-room"):
    """A new room with the asker as its owner; `id` makes a repetition harmless."""

    id: bytes
    name: str
    private: bool = False
    description: str = ""


class Members(_Request, frozen=True, tag="members"):
    """Who is in `room` (None: in the realm), by name after `after`."""

    room: int | None = None
    after: str = ""


class Bye(_Request, frozen=True, tag="bye"):
    """Closes the session at once, instead of when its heartbeats stop."""


RequestBody = (
    Hello
    | Heartbeat
    | Send
    | CatchUp
    | Chains
    | History
    | Rooms
    | OpenRooms
    | CreateRoom
    | Members
    | Bye
)


class Request(msgspec.Struct, frozen=True):
    """A request frame. `id` is the client's and returns in the reply."""

    id: int
    body: RequestBody
