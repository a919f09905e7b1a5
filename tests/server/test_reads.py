"""Catch-up, chains, messages, accounts: bounded, honest about divergence, safe with any number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.domain.realms import batch, peopled, says
from tests.server.fakes import MemoryReader
from tests.storage.talk import talk
from tests.storage.values import ALICE, BOB, filled, founded, room
from zmqchat.domain.projection import Picture
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Ignored, Reading, Room
from zmqchat.errors import Code, Refused
from zmqchat.protocol import codec
from zmqchat.protocol.chain import genesis
from zmqchat.protocol.events import Event, Posted
from zmqchat.protocol.limits import (
    CATCH_UP_EVENTS,
    HISTORY_BYTES,
    HISTORY_MESSAGES,
)
from zmqchat.protocol.replies import PictureData
from zmqchat.protocol.requests import History, OneMessage, Pins, Span, Thread
from zmqchat.protocol.rooms import Level, RoomState
from zmqchat.protocol.who import Who
from zmqchat.server.reads import (
    account,
    catch_up,
    chains_at,
    history,
    one_message,
    picture,
    pins,
    thread,
)
from zmqchat.server.recent import Recent
from zmqchat.storage import Store, open_store
from zmqchat.storage.values import Stretch

_REALM = b"R" * 16
_HUGE = 2**64 - 1


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "zmqchat.db")
    yield opened
    opened.close()


def _log(count: int, size: int = 2) -> tuple[Room, list[Event]]:
    """The general room with `count` messages after the event of who joined."""
    state, (alice,) = peopled("alice")
    start = state.rooms[GENERAL_ID]
    work = batch(state)
    work.sends(alice, [says(GENERAL_ID, "x" * size) for _ in range(count)])
    state.apply(work.changes())
    joined = Event(1, "joined", 1, "alice", 1, 0, b"", b"", b"", b"", start.chain)
    return state.rooms[GENERAL_ID], [joined, *work.segments[0].events]


def _span(after: int, chain: bytes = b"", limit: int = 100) -> Span:
    return Span(GENERAL_ID, after, chain, limit)


def test_a_span_is_what_follows_with_the_chain_it_follows_on() -> None:
    room, events = _log(5)
    reader = MemoryReader(events)
    reply = catch_up(Recent(reader), _REALM, [(_span(2, events[1].chain), room)])
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
    first, last = catch_up(Recent(reader), _REALM, spans).spans
    assert (first.chain, first.events, first.diverged) == (start, events, False)
    assert (last.chain, last.events, last.diverged) == (room.chain, [], False)


@pytest.mark.parametrize("after", [0, 2, 4, 5, 99, -1, -(2**63), 2**63, _HUGE])
def test_another_chain_or_a_seq_beyond_the_head_is_divergence(after: int) -> None:
    room, events = _log(3)
    (span,) = catch_up(
        Recent(MemoryReader(events)), _REALM, [(_span(after, b"z" * 32), room)]
    ).spans
    assert span.diverged
    assert span.events == []
    assert span.head == room.head
    (unknown,) = catch_up(Recent(MemoryReader(events)), _REALM, [(_span(after), room)]).spans
    assert unknown.diverged is not (0 <= after <= room.seq)


@pytest.mark.parametrize("limit", [1, 0, -5, _HUGE])
def test_a_span_has_at_least_one_event_and_at_most_what_a_reply_takes(limit: int) -> None:
    room, events = _log(3)
    reader = MemoryReader(events)
    (span,) = catch_up(Recent(reader), _REALM, [(_span(0, limit=limit), room)]).spans
    assert len(span.events) == max(1, min(limit, len(events)))
    assert reader.asked == [[Stretch(GENERAL_ID, 0, max(1, min(limit, len(events))))]]


def test_a_reply_ends_where_it_is_full() -> None:
    room, events = _log(30, size=60_000)
    spans = catch_up(Recent(MemoryReader(events)), _REALM, [(_span(1), room)] * 4).spans
    assert [len(span.events) for span in spans] == [17]
    room, events = _log(1500)
    full = catch_up(Recent(MemoryReader(events)), _REALM, [(_span(0, limit=5000), room)] * 4).spans
    assert [len(span.events) for span in full] == [1501, CATCH_UP_EVENTS - 1501]


def test_nothing_is_handed_out_beyond_the_head_that_is_told() -> None:
    room, events = _log(5)
    earlier = replace(room, seq=3, chain=events[2].chain)
    (span,) = catch_up(Recent(MemoryReader(events)), _REALM, [(_span(0), earlier)]).spans
    assert span.events == events[:3]
    assert span.head == earlier.head


def test_all_rooms_of_a_request_are_one_read_and_those_at_their_head_none() -> None:
    room, events = _log(5)
    reader = MemoryReader(events)
    spans = [(_span(after), room) for after in (room.seq, 3, 99, 0)]
    replies = catch_up(Recent(reader), _REALM, spans).spans
    assert reader.asked == [[Stretch(GENERAL_ID, 3, 6), Stretch(GENERAL_ID, 0, 6)]]
    assert [len(reply.events) for reply in replies] == [0, 3, 0, 6]
    assert [reply.diverged for reply in replies] == [False, False, True, False]


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


def told(store: Store, *texts: str) -> Room:
    """The general room of a store with these messages."""
    founded(store, room())
    return filled(store, room(), *[codec.encode(Posted(text)) for text in texts])


def test_a_page_of_long_messages_ends_before_its_reply_is_too_large(store: Store) -> None:
    at = told(store, *["x" * 50_000] * 40)
    reply = history(store, at, History(at.id, None, HISTORY_MESSAGES))
    sizes = [len(message.event.body) for message in reply.messages]
    assert sum(sizes) <= HISTORY_BYTES < sum(sizes) + 50_000
    assert reply.messages[-1].event.seq == at.seq
    assert reply.more


def test_a_thread_is_read_from_any_of_its_messages(store: Store) -> None:
    founded(store, room())
    at = talk(store, room())
    for member in (1, 2, 3):
        reply = thread(store, at, Thread(at.id, member))
        assert [message.event.seq for message in reply.messages] == [1, 2, 3]
        assert (reply.room, reply.seq, reply.more) == (at.id, at.seq, False)
    page = thread(store, at, Thread(at.id, 1, after=1, limit=1))
    assert [message.event.seq for message in page.messages] == [2]
    assert page.more
    assert thread(store, at, Thread(at.id, 1, after=_HUGE)).messages == []


@pytest.mark.parametrize("seq", [0, -1, 4, 99, 2**63, _HUGE])
def test_what_is_no_message_is_not_found(store: Store, seq: int) -> None:
    founded(store, room())
    at = talk(store, room())
    with pytest.raises(Refused) as refused:
        one_message(store, at, OneMessage(at.id, seq))
    assert refused.value.code == Code.NOT_FOUND
    with pytest.raises(Refused) as refused:
        thread(store, at, Thread(at.id, seq))
    assert refused.value.code == Code.NOT_FOUND


def test_a_message_comes_with_its_edits(store: Store) -> None:
    founded(store, room())
    at = talk(store, room())
    detail = one_message(store, at, OneMessage(at.id, 2))
    assert detail.message.text == "The answer, @bob"
    assert [edit.seq for edit in detail.edits] == [4, 5]
    erased = one_message(store, at, OneMessage(at.id, 6))
    assert erased.message.event.erased
    assert all(edit.erased for edit in erased.edits)


def test_pins_are_the_pinned_messages(store: Store) -> None:
    founded(store, room())
    at = talk(store, room())
    assert [message.event.seq for message in pins(store, at, Pins(at.id)).messages] == [1, 18]


def test_an_account_has_what_changed_and_what_is_unread(store: Store) -> None:
    rooms = [room(number, f"room{number}") for number in range(1, 1203)]
    founded(store, *rooms)
    for at in rooms[:3]:
        filled(store, at, b"one", b"two")
    store.writer.commit(
        [],
        [
            Reading(1, 1, 2, 2, Level.ALL, False, 5),
            Reading(2, 1, 1, 1, Level.MENTIONS, True, 6),
            Reading(9, 1, 0, 0, Level.NOTHING, False, 7),
        ],
    )
    ids = [each.id for each in rooms]
    state = account(store, ALICE, 7, None, ids, [Who(2, "bob")])
    assert (state.version, state.ignored, state.password) == (7, [Who(2, "bob")], False)
    assert state.rooms == [
        RoomState(1, 2, 0, 0, 2),
        RoomState(2, 1, 1, 0, 2, Level.MENTIONS, True),
        RoomState(3, 0, 2, 0, 2),
        RoomState(9, 0, 0, 0, 0, Level.NOTHING),
    ]
    later = account(store, ALICE, 7, {9}, ids, [])
    assert [each.room for each in later.rooms] == [2, 3, 9]
    assert [each.room for each in account(store, ALICE, 7, {9}, [1, 2], []).rooms] == [2]


def test_a_picture_is_empty_where_there_is_none(store: Store) -> None:
    founded(store, room())
    store.writer.commit([], [], [Picture(1, b"png")])
    assert picture(store, ALICE) == PictureData(1, b"png")
    assert picture(store, BOB) == PictureData(2, b"")


def test_people_who_are_ignored_leave_nothing_unread_and_that_is_told(store: Store) -> None:
    rooms = [room(), room(2, "other")]
    founded(store, *rooms)
    filled(store, rooms[0], b"one", b"two")
    said = [each.unread for each in account(store, BOB, 7, set(), [1, 2], []).rooms]
    store.writer.commit([], [Ignored(BOB.id, ALICE.id, on=True, version=8)])
    state = account(store, BOB, 8, set(), [1, 2], [Who(1, "alice")])
    assert said == [2]
    assert state.rooms == [RoomState(1, 0, 0, 0, 2)]
