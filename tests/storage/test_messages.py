"""Folded pages: what they say, how they end, and how few statements they take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.storage.talk import said, talk
from tests.storage.values import ALICE, BOB, extended, filled, founded, read_log, room
from zmqchat.domain.projection import Edit, Erasure, MessageState, Projected, Reaction
from zmqchat.protocol import codec
from zmqchat.protocol import replies as wire
from zmqchat.protocol.events import Edited, Posted, Reacted
from zmqchat.protocol.limits import HISTORY_BYTES
from zmqchat.protocol.who import EVERYBODY, Who
from zmqchat.storage import Store
from zmqchat.storage.messages import Page

ALL = 1_000_000


@pytest.fixture
def talked(store: Store) -> Store:
    founded(store, room(), room(2, "other"))
    talk(store, room())
    talk(store, room(2, "other"))
    return store


def seqs(page: Page) -> list[int]:
    return [message.event.seq for message in page.messages]


def test_everything_is_folded_in(talked: Store) -> None:
    page = talked.messages_before(1, None, 50, ALL)
    events = {event.seq: event for event in read_log(talked, 1, 0, 50, ALL)}
    assert page.seq == 19
    assert not page.more
    assert page.messages == [
        wire.Message(
            events[1],
            replies=1,
            replied_us=1_000_002,
            pinned=True,
            mentions=[EVERYBODY, 2],
        ),
        wire.Message(
            events[2],
            edited_us=1_000_004,
            text="The answer, @bob",
            root=1,
            reactions=[
                wire.Reaction("🎉", [Who(1, "alice")]),
                wire.Reaction("👍", [Who(1, "alice")]),
            ],
            mentions=[2],
        ),
        wire.Message(events[3], root=1),
        wire.Message(events[6]),
        wire.Message(events[18], pinned=True),
    ]
    assert [message.event.erased for message in page.messages] == [False, False, True, True, False]


def test_pages_go_back_without_holes(talked: Store) -> None:
    last = talked.messages_before(1, None, 2, ALL)
    assert (seqs(last), last.more) == ([6, 18], True)
    middle = talked.messages_before(1, 6, 2, ALL)
    assert (seqs(middle), middle.more) == ([2, 3], True)
    first = talked.messages_before(1, 2, 2, ALL)
    assert (seqs(first), first.more) == ([1], False)
    assert talked.messages_before(1, 1, 2, ALL) == Page(19, [], False)


def test_a_room_that_is_not_there(talked: Store) -> None:
    assert talked.messages_before(7, None, 2, ALL) == Page(0, [], False)
    assert talked.thread(7, 1, 0, 2, ALL) == Page(0, [], False)
    assert talked.pinned(7, None, ALL) == Page(0, [], False)
    assert talked.message(7, 1, None, ALL) is None


def test_a_page_ends_by_bytes_and_has_one_at_least(store: Store) -> None:
    founded(store, room())
    filled(store, room(), *[b"x" * 100] * 5)
    for max_bytes, expected in ((0, [5]), (199, [5]), (200, [4, 5]), (500, [1, 2, 3, 4, 5])):
        page = store.messages_before(1, None, 50, max_bytes)
        assert (seqs(page), page.more) == (expected, len(expected) < 5)


def test_newest_texts_count_among_the_bytes(store: Store) -> None:
    founded(store, room())
    at = filled(store, room(), codec.encode(Posted("a")), codec.encode(Posted("b")))
    said(store, at, Edited(2, "c" * 1000), MessageState(1, 2, edited_seq=3, edited_us=1))
    assert seqs(store.messages_before(1, None, 50, 1000)) == [2]
    assert seqs(store.messages_before(1, None, 50, 1100)) == [1, 2]


def test_reactions_bound_a_page_too(store: Store) -> None:
    founded(store, room())
    at = filled(store, room(), b"", b"", b"")
    reactions: list[Projected] = [
        Reaction(1, target, str(number), 1, 9, on=True)
        for target in (1, 2, 3)
        for number in range(10)
    ]
    store.writer.commit([], [at], reactions)
    each = 10 * (len("0") + len("alice") + 16)
    for max_bytes, expected in ((0, [3]), (2 * each - 1, [3]), (2 * each, [2, 3])):
        page = store.messages_before(1, None, 50, max_bytes)
        assert (seqs(page), page.more) == (expected, True)
        assert [len(message.reactions) for message in page.messages] == [10] * len(expected)
    assert seqs(store.messages_before(1, None, 50, 3 * each)) == [1, 2, 3]


def test_no_page_of_reactions_is_larger_than_a_reply(store: Store) -> None:
    """One person with a short name, on every message with a thousand words of 32 characters."""
    founded(store, room())
    at = filled(store, room(), *[b""] * 40)
    short = replace(ALICE, name="a", skeleton="a")
    reactions: list[Projected] = [
        Reaction(1, target, f"{number:04}" + "\U0001d4d0" * 28, 1, 50, on=True)
        for target in range(1, 41)
        for number in range(1000)
    ]
    store.writer.commit([], [at, short], reactions)
    page = store.messages_before(1, None, 50, HISTORY_BYTES)
    assert page.more
    assert len(codec.encode(page.messages)) < 1.5 * HISTORY_BYTES


def test_no_message_has_more_edits_than_fit_into_a_reply(store: Store) -> None:
    founded(store, room())
    bodies = [codec.encode(Posted("x")), *[codec.encode(Edited(1, "y"))] * 30_000]
    events, at = extended(room(), bodies[0])
    edits, at = extended(at, *bodies[1:], kind="edited")
    state = MessageState(1, 1, edited_seq=30_001, edited_us=1)
    noted = [Edit(1, 1, event.seq) for event in edits]
    store.writer.commit([*events, *edits], [at], [state, *noted])
    found = store.message(1, 1, None, HISTORY_BYTES)
    assert found is not None
    assert found.edits[-1].seq == 30_001
    assert len(codec.encode(found.edits)) < 1.5 * HISTORY_BYTES
    store.writer.commit([], [], [Erasure(1, 1)])  # without content they are no smaller
    erased = store.message(1, 1, None, HISTORY_BYTES)
    assert erased is not None
    assert len(codec.encode(erased.edits)) < 1.5 * HISTORY_BYTES


def test_names_follow_a_renaming(talked: Store) -> None:
    said(
        talked,
        extended(room(), *[b""] * 19)[1],
        Reacted(2, "👍"),
        Reaction(1, 2, "👍", 2, 20, on=True),
        sender=BOB,
    )
    talked.writer.commit([], [replace(BOB, name="robert", skeleton="robert")])
    (message,) = talked.messages(1, [2], ALL).messages
    assert message.reactions[1] == wire.Reaction("👍", [Who(1, "alice"), Who(2, "robert")])
    assert message.mentions == [2]


def test_threads(talked: Store) -> None:
    for member in (1, 2, 3):
        page = talked.thread(1, member, 0, 50, ALL)
        assert (page.seq, seqs(page), page.more) == (19, [1, 2, 3], False)
    assert seqs(talked.thread(1, 1, 1, 50, ALL)) == [2, 3]
    assert seqs(talked.thread(1, 1, 3, 50, ALL)) == []
    assert seqs(talked.thread(1, 18, 0, 50, ALL)) == [18]
    page = talked.thread(1, 1, 0, 2, ALL)
    assert (seqs(page), page.more) == ([1, 2], True)
    page = talked.thread(1, 1, 1, 1, ALL)
    assert (seqs(page), page.more) == ([2], True)
    page = talked.thread(1, 1, 0, 50, 0)
    assert (seqs(page), page.more) == ([1], True)


def test_what_is_no_message_is_in_no_thread(talked: Store) -> None:
    assert talked.thread(1, 4, 0, 50, ALL).messages == []
    assert talked.thread(1, 99, 0, 50, ALL).messages == []


def test_pins(talked: Store) -> None:
    page = talked.pinned(1, None, ALL)
    assert (page.seq, seqs(page), page.more) == (19, [1, 18], False)
    page = talked.pinned(1, None, 0)
    assert (seqs(page), page.more) == ([18], True)
    page = talked.pinned(1, 18, 0)
    assert (seqs(page), page.more) == ([1], False)


def test_messages_by_seq(talked: Store) -> None:
    page = talked.messages(1, [18, 1, 4, 99], ALL)
    assert (seqs(page), page.more) == ([1, 18], False)
    assert page.messages == [
        message for message in talked.messages_before(1, None, 50, ALL).messages if message.pinned
    ]
    assert talked.messages(1, [], ALL) == Page(19, [], False)


def test_one_message_with_its_edits(talked: Store) -> None:
    found = talked.message(1, 2, None, ALL)
    assert found is not None
    assert found.seq == 19
    assert [found.message] == talked.messages(1, [2], ALL).messages
    assert found.edits == read_log(talked, 1, 3, 2, ALL)
    erased = talked.message(1, 6, None, ALL)
    assert erased is not None
    assert [(event.seq, event.erased) for event in erased.edits] == [(7, True)]
    short = talked.message(1, 2, None, 0)
    assert short is not None
    assert ([event.seq for event in short.edits], short.more) == ([5], True)
    older = talked.message(1, 2, 5, 0)
    assert older is not None
    assert ([event.seq for event in older.edits], older.more) == ([4], False)
    assert talked.message(1, 4, None, ALL) is None


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """The statements that reads execute meanwhile."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    sa.event.listen(store._readers, "before_cursor_execute", note)
    yield seen
    sa.event.remove(store._readers, "before_cursor_execute", note)


def test_a_page_takes_the_same_few_statements_however_long(talked: Store) -> None:
    with statements(talked) as short:
        talked.messages_before(1, None, 1, ALL)
    with statements(talked) as long:
        talked.messages_before(1, None, 50, ALL)
    assert len(short) == len(long) <= 5
    with statements(talked) as thread:
        talked.thread(1, 1, 0, 50, ALL)
    assert len(thread) <= 7


def test_every_statement_seeks(talked: Store) -> None:
    """None reads a table or an index from end to end, and pins are not sought among all states."""
    with statements(talked) as seen:
        talked.messages_before(1, 10, 50, ALL)
        talked.thread(1, 1, 0, 50, ALL)
        talked.pinned(1, None, ALL)
        talked.message(1, 2, None, ALL)
    steps = [step for statement in seen for step in plan(talked, statement)]
    assert not [step for step in steps if step.startswith("SCAN")]
    assert any("ix_message_states_pins (room=? AND pinned_seq>?)" in step for step in steps)
    assert any("ix_message_states_thread (room=? AND root=? AND seq>?)" in step for step in steps)


def plan(store: Store, statement: str) -> list[str]:
    if not statement.startswith("SELECT"):
        return []
    marks = (1,) * statement.count("?")
    with store.reading() as connection:
        rows = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, marks)
        return [row[3] for row in rows]
