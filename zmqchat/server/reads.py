"""Reads that touch the disk: catch-up, chains, history. Run by workers, off the server's loop.

Who may read what is decided before a read is queued; here are only short queries, bounded by the
limits of the protocol.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from zmqchat.domain.state import Room
from zmqchat.protocol.chain import genesis
from zmqchat.protocol.events import Event
from zmqchat.protocol.limits import (
    CATCH_UP_BYTES,
    CATCH_UP_EVENTS,
    HISTORY_BYTES,
    HISTORY_MESSAGES,
)
from zmqchat.protocol.replies import CaughtUp, CaughtUpAll, ChainsAt, Message, Messages
from zmqchat.protocol.requests import History, Span
from zmqchat.protocol.rooms import Head


class Reader(Protocol):
    """What reads need of the storage; every call is one short transaction."""

    def events(self, room: int, after: int, limit: int, max_bytes: int) -> list[Event]:
        """Events with seq > after, in order; at least one if there is any."""

    def chains(self, room: int, seqs: Sequence[int]) -> dict[int, bytes]:
        """The chain at each seq that the log has."""

    def posted_before(self, room: int, before: int | None, limit: int) -> tuple[list[Event], bool]:
        """Messages with seq < before, oldest first, and whether there are older ones."""


def catch_up(reader: Reader, realm: bytes, spans: list[tuple[Span, Room]]) -> CaughtUpAll:
    """Answers spans in order until the reply is full; those left over are asked for again."""
    answered: list[CaughtUp] = []
    events_left, bytes_left = CATCH_UP_EVENTS, CATCH_UP_BYTES
    for span, room in spans:
        if answered and (events_left <= 0 or bytes_left <= 0):
            break
        limit = max(1, min(span.limit, events_left))
        caught = _span(reader, realm, span, room, limit, max(bytes_left, 1))
        answered.append(caught)
        events_left -= len(caught.events)
        bytes_left -= sum(len(event.body) for event in caught.events)
    return CaughtUpAll(answered)


def _span(
    reader: Reader, realm: bytes, span: Span, room: Room, limit: int, max_bytes: int
) -> CaughtUp:
    chain = chains_at(reader, realm, room, [span.after]).chains[0]
    if not chain or (span.chain and span.chain != chain):
        return CaughtUp(room.id, span.after, chain, [], room.head, diverged=True)
    events = reader.events(room.id, span.after, limit, max_bytes)
    head = room.head
    if events and events[-1].seq > head.seq:
        # The log moved on while it was read: the head is at least what is handed out.
        head = Head(room.id, events[-1].seq, events[-1].chain, room.epoch)
    return CaughtUp(room.id, span.after, chain, events, head)


def chains_at(reader: Reader, realm: bytes, room: Room, seqs: Sequence[int]) -> ChainsAt:
    """The chains asked for, b"" where the log has no such seq."""
    known = {0: genesis(realm, room.id), room.seq: room.chain}
    # Nobody knows of what was committed after `room` was read; and what is no 64-bit number at
    # all does not reach the database.
    wanted = [seq for seq in seqs if seq not in known and 0 < seq < room.seq]
    found = (reader.chains(room.id, wanted) if wanted else {}) | known
    return ChainsAt(room.id, [found.get(seq, b"") for seq in seqs])


def history(reader: Reader, room: Room, request: History) -> Messages:
    """A page of messages, oldest first, with the seq it is valid at."""
    limit = max(1, min(request.limit, HISTORY_MESSAGES))
    # A number beyond the log means its end, also one that no database could hold.
    before = None if request.before is None else max(0, min(request.before, room.seq + 1))
    events, more = reader.posted_before(room.id, before, limit)
    page = _newest(events)
    seq = max(room.seq, events[-1].seq if events else 0)
    return Messages(
        room.id, seq, [Message(event) for event in page], more or len(page) < len(events)
    )


def _newest(events: list[Event]) -> list[Event]:
    """The last events whose bodies fit into one reply, at least one."""
    left = HISTORY_BYTES
    for taken, event in enumerate(reversed(events)):
        left -= len(event.body)
        if left < 0 and taken:
            return events[-taken:]
    return events
