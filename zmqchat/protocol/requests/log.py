"""Requests that write to rooms' logs and read them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from zmqchat.protocol.limits import CHAINS_PER_REQUEST, ROOMS_PER_CATCH_UP, SENDS_PER_REQUEST
from zmqchat.protocol.requests.base import RequestStruct


class SendItem(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One event that the client wants in a room's log: its id, its type and the encoded body."""

    id: bytes
    room: int
    type: str
    body: bytes


class Send(RequestStruct, frozen=True, tag="send"):
    """Sends, decided and acknowledged in this order."""

    items: Annotated[list[SendItem], msgspec.Meta(min_length=1, max_length=SENDS_PER_REQUEST)]


class Span(msgspec.Struct, frozen=True, array_like=True):
    """Events of `room` with seq > `after`, where the asker's chain is `chain` (b"": not known)."""

    room: int
    after: int
    chain: bytes
    limit: int


class CatchUp(RequestStruct, frozen=True, tag="catch-up"):
    """Events after a seq, of many rooms at once."""

    spans: Annotated[list[Span], msgspec.Meta(min_length=1, max_length=ROOMS_PER_CATCH_UP)]


class Chains(RequestStruct, frozen=True, tag="chains"):
    """The chain at each of `seqs`, to find the last point that two logs share."""

    room: int
    seqs: Annotated[list[int], msgspec.Meta(max_length=CHAINS_PER_REQUEST)]


class History(RequestStruct, frozen=True, tag="history"):
    """Up to `limit` messages with a seq below `before` (None: from the head), folded."""

    room: int
    before: int | None = None
    limit: int = 50


class Thread(RequestStruct, frozen=True, tag="thread"):
    """The message at `root` and the replies under it with a seq > `after`, folded, oldest first.

    With `after` 0 the root comes first; `root` may be any message of the thread.
    """

    room: int
    root: int
    after: int = 0
    limit: int = 50


class OneMessage(RequestStruct, frozen=True, tag="message"):
    """The message at `seq`, folded, with its edits: the newest whose seq is below `before`
    (None: of all).
    """

    room: int
    seq: int
    before: int | None = None


class Pins(RequestStruct, frozen=True, tag="pins"):
    """A page of the pinned messages with a seq below `before` (None: all), folded: the newest."""

    room: int
    before: int | None = None


class Search(RequestStruct, frozen=True, tag="search"):
    """Messages that match `query`, newest first, in `room` or everywhere the asker may read.

    The query's words must all be found, each also as a part of a word; `"several words"` as they
    stand. Filters: `from:NAME`, `in:ROOM`, `before:DATE`, `after:DATE`, `has:link`. `before` is the
    `next` of the page before.
    """

    query: str
    room: int | None = None
    before: bytes = b""
    limit: int = 20
