"""Reads: pages without holes, bounds on bytes, erased content."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tests.storage.values import extended, filled, founded, read_log, room
from zmqchat.domain.state import StoredEvent
from zmqchat.errors import ChatError, Code
from zmqchat.protocol.events import Event
from zmqchat.storage import Store, open_store
from zmqchat.storage.values import Stretch

ALL = 1_000_000


def as_read(event: StoredEvent) -> Event:
    return Event(
        event.seq,
        event.type,
        event.sender,
        event.name,
        event.device,
        event.time_us,
        event.id,
        event.body,
        event.salt,
        b"",
        event.chain,
    )


kinds = st.sampled_from(["posted", "reacted"])


@given(
    log=st.lists(st.tuples(kinds, st.binary(max_size=30)), max_size=30),
    limit=st.integers(1, 8),
    max_bytes=st.integers(0, 60),
)
def test_pages_through_everything(log: list[tuple[str, bytes]], limit: int, max_bytes: int) -> None:
    at, written = room(), []
    for kind, body in log:
        events, at = extended(at, body, kind=kind)
        written += events
    with TemporaryDirectory() as directory, closing(open_store(Path(directory) / "a")) as store:
        founded(store, room(), room(2, "other"))
        store.writer.commit(written, [at])
        assert _forwards(store, limit, max_bytes) == list(map(as_read, written))


def _forwards(store: Store, limit: int, max_bytes: int) -> list[Event]:
    read: list[Event] = []
    while page := read_log(store, 1, read[-1].seq if read else 0, limit, max_bytes):
        assert len(page) <= limit
        assert len(page) == 1 or sum(len(event.body) for event in page) <= max_bytes
        read += page
    return read


def test_the_first_event_comes_however_large(store: Store) -> None:
    founded(store, room())
    filled(store, room(), b"x" * 100, b"y", b"")
    assert [event.seq for event in read_log(store, 1, 0, 10, 50)] == [1]
    assert [event.seq for event in read_log(store, 1, 1, 10, 50)] == [2, 3]
    assert [event.seq for event in read_log(store, 1, 0, 10, 101)] == [1, 2, 3]


def test_a_page_that_ends_early_holds_nothing(store: Store, database: Path) -> None:
    """An open read would keep the WAL from being emptied, and let it grow."""
    founded(store, room())
    filled(store, room(), *[b"x" * 1000] * 500)
    assert len(read_log(store, 1, 0, 500, 5000)) == 5
    with closing(sqlite3.connect(database)) as other:
        assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)


def test_stretches_of_many_rooms_are_one_query_in_the_order_asked_for(store: Store) -> None:
    founded(store, room(), room(2, "other"), room(3, "third"))
    one = filled(store, room(), *[b"x" * 10] * 9)
    filled(store, room(2, "other"), b"a", b"b")
    stretches = [Stretch(2, 1, 2), Stretch(3, 0, 9), Stretch(1, 9, 12), Stretch(1, 2, 5)]
    queries: list[tuple[str, Any]] = []

    def noted(*given: Any) -> None:
        queries.append((given[2], given[3]))

    with store.reading() as connection:
        sa.event.listen(connection.engine, "before_cursor_execute", noted)
    found = store.follow(stretches, ALL)
    assert [query.split()[0] for query, _ in queries] == ["BEGIN", "SELECT"]
    assert [[event.seq for event in each.events] for each in found] == [[2], [], [], [3, 4, 5]]
    assert [bool(each.chain) for each in found] == [True, False, True, True]
    assert found[2].chain == one.chain
    # The query has no ORDER BY, so that it can end early: its first loop must be the stretches.
    with store.reading() as connection:
        query, values = queries[1]
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)
        steps = [row[3] for row in plan]
    assert steps[0].startswith("SCAN stretch"), steps
    assert not any(step.startswith("SCAN") for step in steps[1:]), steps


def test_what_is_too_much_ends_the_stretches_behind_it(store: Store) -> None:
    founded(store, room(), room(2, "other"))
    filled(store, room(), *[b"x" * 10] * 5)
    filled(store, room(2, "other"), b"y" * 10)
    stretches = [Stretch(1, 2, 4), Stretch(2, 0, 1), Stretch(1, 0, 5)]
    ends = {}
    for most in (5, 10, 25, 30, 35, 50, 60):
        found = store.follow(stretches, most)
        ends[most] = [len(each.events) for each in found]
    assert ends == {5: [1], 10: [1], 25: [2], 30: [2, 1], 35: [2, 1], 50: [2, 1, 2], 60: [2, 1, 3]}


def test_a_log_with_a_hole_ends_there(store: Store, database: Path) -> None:
    founded(store, room())
    filled(store, room(), b"1", b"2", b"3", b"4")
    with closing(sqlite3.connect(database)) as other, other:
        other.execute("DELETE FROM events WHERE seq = 3")
    assert [event.seq for event in read_log(store, 1, 0)] == [1, 2]
    assert read_log(store, 1, 2) == []


def test_an_erased_event_has_its_digest_only(store: Store, database: Path) -> None:
    founded(store, room())
    events, after = extended(room(), b"one", b"two")
    store.writer.commit(events, [after])
    with closing(sqlite3.connect(database)) as other, other:
        other.execute("DELETE FROM contents WHERE seq = 1")
    erased, kept = read_log(store, 1, 0, 10, ALL)
    assert (erased.erased, erased.body, erased.digest) == (True, b"", events[0].digest)
    assert (kept.erased, kept.body, kept.digest) == (False, b"two", b"")


def test_chains(store: Store) -> None:
    founded(store, room())
    events, after = extended(room(), b"one", b"two", b"three")
    store.writer.commit(events, [after])
    assert store.chains(1, [3, 1, 99, 0]) == {1: events[0].chain, 3: events[2].chain}
    assert store.chains(2, [1]) == {}
    assert store.chains(1, []) == {}


def test_unknown_rooms_are_empty(store: Store) -> None:
    assert read_log(store, 7, 0, 10, ALL) == []


def test_many_threads_read_while_one_writes(store: Store) -> None:
    founded(store, room())
    at, bad = room(), []

    def read() -> None:
        for _ in range(30):
            page = read_log(store, 1, 0)
            if [event.seq for event in page] != list(range(1, len(page) + 1)):
                bad.append(page)

    threads = [Thread(target=read) for _ in range(12)]
    for thread in threads:
        thread.start()
    for number in range(30):
        at = filled(store, at, b"a%d" % number, b"b")
    for thread in threads:
        thread.join()
    assert bad == []
    assert len(read_log(store, 1, 0)) == 60


def test_readers_cannot_write(store: Store) -> None:
    with pytest.raises(ChatError) as caught, store.reading() as connection:
        connection.exec_driver_sql("DELETE FROM events")
    assert caught.value.code is Code.STORAGE_FAILED
