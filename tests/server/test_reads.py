"""Catch-up, chains and history: bounded, honest about divergence, safe with any number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domain.realms import batch, peopled, says
from tests.server.fakes import MemoryReader
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Room
from zmqchat.protocol.chain import genesis
from zmqchat.protocol.events import Event
from zmqchat.protocol.limits import (
    CATCH_UP_BYTES,
    CATCH_UP_EVENTS,
    HISTORY_BYTES,
    HISTORY_MESSAGES,
)
from zmqchat.protocol.requests import History, Span
from zmqchat.server.reads import catch_up, chains_at, history

_REALM = b"R" * 16
_HUGE = 2**64 - 1


def _log(count: int, size: int = 2) -> tuple[Room, list[Event]]:
    """The general room with `count` messages after the event of who joined."""
    state, (alice,) = peopled("alice")
    start = state.rooms[GENERAL_ID]
    work = batch(state)
    work.sends(alice, [says(GENERAL_ID, "x" * size) for _ in range(count)])
    state.apply(work.changes())
    joined = Event(1, "joined", "alice", 1, 0, b"", b"", b"", b"", start.chain)
    return state.rooms[GENERAL_ID], [joined, *work.segments[0].events]


def _span(after: int, chain: bytes = b"", limit: int = 100) -> Span:
    return Span(GENERAL_ID, after, chain, limit)


def test_a_span_is_what_follows_with_the_chain_it_follows_on() -> None:
    room, events = _log(5)
    reader = MemoryReader(events)
    reply = catch_up(reader, _REALM, [(_span(2, events[1].chain), room)])
    (span,) = reply.spans
    assert (span.room, span.after, span.chain) == (GENERAL_ID, 2, events[1].chain)
    assert span.events == events[2:]
    assert span.head == room.head
    assert not span.diverged


@pytest.mark.parametrize("chain_known", [False, True])
def test_from_the_start_and_at_the_head(chain_known: bool) -> None:
    room, events = _log(3)
    start = genesis(_REALM, GENERAL_ID)
    reader = MemoryReader(events)
    spans = [
        (_span(0, start if chain_known else b""), room),
        (_span(room.seq, room.chain if chain_known else b""), room),
    ]
    first, last = catch_up(reader, _REALM, spans).spans
    assert (first.chain, first.events, first.diverged) == (start, events, False)
    assert (last.chain, last.events, last.diverged) == (room.chain, [], False)


@pytest.mark.parametrize("after", [0, 2, 4, 5, 99, -1, -(2**63), 2**63, _HUGE])
def test_another_chain_or_a_seq_beyond_the_head_is_divergence(after: int) -> None:
    room, events = _log(3)
    (span,) = catch_up(MemoryReader(events), _REALM, [(_span(after, b"z" * 32), room)]).spans
    assert span.diverged
    assert span.events == []
    assert span.head == room.head
    (unknown,) = catch_up(MemoryReader(events), _REALM, [(_span(after), room)]).spans
    assert unknown.diverged is not (0 <= after <= room.seq)


@pytest.mark.parametrize("limit", [1, 0, -5, _HUGE])
def test_a_span_has_at_least_one_event_and_at_most_what_a_reply_takes(limit: int) -> None:
    room, events = _log(3)
    reader = MemoryReader(events)
    (span,) = catch_up(reader, _REALM, [(_span(0, limit=limit), room)]).spans
    assert len(span.events) == max(1, min(limit, len(events)))
    assert reader.asked[-1] == (GENERAL_ID, 0, max(1, min(limit, CATCH_UP_EVENTS)))


def test_a_reply_ends_where_it_is_full() -> None:
    room, events = _log(30, size=60_000)
    spans = catch_up(MemoryReader(events), _REALM, [(_span(1), room)] * 4).spans
    assert [len(span.events) for span in spans] == [17, 1]
    size = sum(len(event.body) for span in spans for event in span.events)
    assert size <= CATCH_UP_BYTES + 70_000
    many, few = _log(1500)[1], _log(1)[0]
    full = catch_up(MemoryReader(many), _REALM, [(_span(0, limit=5000), few)] * 4).spans
    assert sum(len(span.events) for span in full) == CATCH_UP_EVENTS


def test_a_head_is_never_behind_what_is_handed_out() -> None:
    room, events = _log(5)
    earlier = replace(room, seq=3, chain=events[2].chain)
    (span,) = catch_up(MemoryReader(events), _REALM, [(_span(0), earlier)]).spans
    assert span.events == events
    assert (span.head.seq, span.head.chain) == (room.seq, room.chain)


def test_chains_are_given_where_the_log_has_them() -> None:
    room, events = _log(3)
    asked = [0, 1, 2, room.seq, room.seq + 1, -1, 2**63, _HUGE, 2]
    reply = chains_at(MemoryReader(events), _REALM, room, asked)
    of = {event.seq: event.chain for event in events} | {0: genesis(_REALM, GENERAL_ID)}
    assert reply.room == GENERAL_ID
    assert reply.chains == [of.get(seq, b"") for seq in asked]


@pytest.mark.parametrize(
    ("before", "expected"),
    [(None, [3, 4]), (5, [3, 4]), (4, [2, 3]), (2, []), (0, []), (-7, []), (_HUGE, [3, 4])],
)
def test_history_is_a_page_of_messages_before_a_seq(
    before: int | None, expected: list[int]
) -> None:
    room, events = _log(3)
    reply = history(MemoryReader(events), room, History(GENERAL_ID, before, 2))
    assert [message.event.seq for message in reply.messages] == expected
    assert reply.more is (expected[:1] == [3])
    assert (reply.room, reply.seq) == (GENERAL_ID, room.seq)


@pytest.mark.parametrize(("limit", "count"), [(0, 1), (-1, 1), (_HUGE, HISTORY_MESSAGES)])
def test_a_page_is_bounded(limit: int, count: int) -> None:
    room, events = _log(300)
    reply = history(MemoryReader(events), room, History(GENERAL_ID, None, limit))
    assert len(reply.messages) == count
    assert reply.more


def test_a_page_of_long_messages_ends_before_its_reply_is_too_large() -> None:
    room, events = _log(40, 50_000)
    reply = history(MemoryReader(events), room, History(GENERAL_ID, None, HISTORY_MESSAGES))
    page = [message.event for message in reply.messages]
    assert page == events[-len(page) :]
    assert sum(len(event.body) for event in page) <= HISTORY_BYTES
    assert sum(len(event.body) for event in events[-len(page) - 1 :]) > HISTORY_BYTES
    assert reply.more
