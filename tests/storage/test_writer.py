"""The writer: batches against a model, earlier sends, and failures after which it goes on."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.storage.values import (
    ALICE,
    BOB,
    REALM,
    earlier,
    extended,
    founded,
    post,
    room,
    send_id,
    spoken,
    texts_of,
)
from zmqchat.domain.state import Device, EarlierSend, Room
from zmqchat.errors import ChatError, Code
from zmqchat.protocol.rooms import LineageStart
from zmqchat.storage import Store, open_store, tables
from zmqchat.storage.engines import sqlite
from zmqchat.storage.rows import MANY
from zmqchat.storage.transaction import earlier_sends_sql
from zmqchat.storage.verify import verify


def test_commit_and_load(store: Store) -> None:
    assert store.load() is None
    founded(store, room(), room(2, "other"))
    snapshot = store.load()
    assert snapshot is not None
    assert snapshot.realm == REALM
    assert snapshot.users == [ALICE, BOB]
    assert snapshot.rooms == [room(), room(2, "other")]
    assert [(each.room, each.user) for each in snapshot.memberships] == [(1, 1), (2, 1)]


@pytest.mark.parametrize("count", [MANY - 1, MANY, MANY + 1, 3 * MANY, 3 * MANY + 17])
def test_a_flood_is_written_row_by_row_or_many_at_once(store: Store, count: int) -> None:
    founded(store, room())
    texts = [b"text %d" % number for number in range(count)]
    spoken(store, room(), *texts)
    assert texts_of(store) == texts
    report = verify(store)
    assert (report.events, report.findings) == (count, ())


def test_the_last_of_several_changes_counts(store: Store) -> None:
    founded(store, room())
    store.writer.commit([], [replace(room(), name="a"), replace(room(), name="b")])
    snapshot = store.load()
    assert snapshot is not None
    assert [each.name for each in snapshot.rooms] == ["b"]


def test_nothing_at_all_is_a_commit_too(store: Store) -> None:
    store.writer.commit([], [])
    assert store.load() is None


def test_a_room_gets_a_new_lineage_once(store: Store) -> None:
    founded(store, room())
    starts = (LineageStart(0, b"1" * 16), LineageStart(7, b"2" * 16))
    store.writer.commit([], [replace(room(), lineages=starts)])
    store.writer.commit([], [replace(room(), lineages=starts, name="again")])
    snapshot = store.load()
    assert snapshot is not None
    assert snapshot.rooms == [replace(room(), lineages=starts, name="again")]


def test_lineages_of_a_failed_commit_are_written_by_the_next(store: Store) -> None:
    founded(store)
    events, after = extended(room(), b"a")
    with pytest.raises(ChatError):
        store.writer.commit([*events, *events], [after])
    store.writer.commit(events, [after])
    snapshot = store.load()
    assert snapshot is not None
    assert snapshot.rooms == [after]


def test_earlier_sends(store: Store) -> None:
    founded(store, room())
    events, after = extended(room(), b"one", b"two")
    store.writer.commit(events, [after])
    known, other = (1, events[1].id), (2, events[1].id)
    assert earlier(store, []) == {}
    assert earlier(store, [other, known, (1, send_id(7))]) == {
        known: EarlierSend(1, 2, "posted", events[1].time_us, events[1].salt, events[1].digest)
    }


def test_ids_above_all_that_were_sent_are_not_looked_up(store: Store) -> None:
    founded(store, room())
    after = spoken(store, room(), b"one")
    statements: list[str] = []
    driver_of(store).set_trace_callback(statements.append)
    newer = (1, send_id(1_000_002))
    assert earlier(store, [newer]) == {}
    asked_first = len(statements)  # the user's highest id, once
    assert earlier(store, [newer, (1, send_id(2**100))]) == {}
    assert len(statements) == asked_first

    spoken(store, after, b"two")
    assert list(earlier(store, [newer])) == [newer]


def test_a_log_that_another_connection_wrote_to_is_asked_again_after_a_failure(
    store: Store, database: Path
) -> None:
    """A commit that failed may have reached the disk: what was known before is known no more."""
    founded(store, room())
    number = (1, send_id(1_000_001))
    assert earlier(store, [number]) == {}
    with pytest.raises(RuntimeError), store.writer.transaction() as transaction:
        transaction.write([], [])
        raise RuntimeError
    with closing(sqlite3.connect(database)) as other, other:
        (event,), _ = extended(room(), b"one")
        row = [getattr(event, column.name) for column in tables.events.c]
        other.execute(f"INSERT INTO events VALUES ({', '.join('?' * len(row))})", row)
    assert list(earlier(store, [number])) == [number]


def test_what_a_transaction_wrote_goes_with_it(store: Store) -> None:
    founded(store, room())
    events, after = extended(room(), b"one")
    with pytest.raises(RuntimeError), store.writer.transaction() as transaction:
        transaction.write(events, [after])
        raise RuntimeError
    goes_on(store, room())


def test_an_empty_transaction_does_not_wait_for_anybody(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_BUSY_S", 0)
    with closing(open_store(database)) as store:
        founded(store, room())
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert earlier(store, []) == {}
            other.execute("ROLLBACK")


def test_an_erased_earlier_send_has_no_salt(store: Store, database: Path) -> None:
    founded(store, room())
    spoken(store, room(), b"one")
    with closing(sqlite3.connect(database)) as other, other:
        other.execute("DELETE FROM contents")
    (found,) = earlier(store, [(1, send_id(1_000_001))]).values()
    assert found.salt == b""
    assert len(found.digest) == 32


def test_more_keys_than_a_statement_takes(store: Store) -> None:
    founded(store, room())
    spoken(store, room(), b"one", b"two")
    keys = [(1, send_id(1_000_001 + number)) for number in range(20_000)]
    assert list(earlier(store, keys)) == keys[:2]


def test_the_lookup_uses_the_index(database: Path, store: Store) -> None:
    with closing(sqlite3.connect(database)) as other:
        plan = other.execute(
            "EXPLAIN QUERY PLAN " + earlier_sends_sql("?", 3), [1, b"a", 1, b"b", 1, b"c"]
        ).fetchall()
    steps = [step[3] for step in plan]
    assert any(step.startswith("SEARCH e USING INDEX") for step in steps)
    assert not any(step.startswith("SCAN e") for step in steps)


texts = st.lists(st.binary(max_size=40).filter(lambda text: b"\0" not in text), max_size=8)


@given(batches=st.lists(st.lists(st.tuples(st.sampled_from([1, 2, 3]), texts)), max_size=5))
def test_batches_against_a_model(batches: list[list[tuple[int, list[bytes]]]]) -> None:
    rooms = {number: room(number, str(number)) for number in (1, 2, 3)}
    model: dict[int, list[bytes]] = {number: [] for number in rooms}
    with TemporaryDirectory() as directory:
        path = Path(directory) / "a.db"
        with closing(open_store(path)) as store:
            founded(store, *rooms.values())
            for batch in batches:
                _commit(store, rooms, model, batch)
            assert {number: texts_of(store, number) for number in rooms} == model
        with closing(open_store(path)) as again:
            snapshot = again.load()
            assert snapshot is not None
            assert {each.id: each for each in snapshot.rooms} == rooms
            assert {number: texts_of(again, number) for number in rooms} == model
            assert verify(again).findings == ()


def _commit(
    store: Store,
    rooms: dict[int, Room],
    model: dict[int, list[bytes]],
    batch: list[tuple[int, list[bytes]]],
) -> None:
    written = []
    for number, sent in batch:
        events, rooms[number] = extended(rooms[number], *map(post, sent))
        model[number] += sent
        written += events
    store.writer.commit(written, [rooms[number] for number, _ in batch])


def failed(store: Store, at: Room, *sent: bytes) -> ChatError:
    events, after = extended(at, *map(post, sent))
    with pytest.raises(ChatError) as caught:
        store.writer.commit(events, [after])
    assert caught.value.code is Code.STORAGE_FAILED
    assert caught.value.retryable
    assert "\n" not in caught.value.message
    return caught.value


def goes_on(store: Store, at: Room) -> None:
    """The store is as it was before the failure, and takes the next commit."""
    before = texts_of(store)
    snapshot = store.load()
    assert snapshot is not None
    assert snapshot.rooms == [at]
    assert not earlier(store, [(1, send_id(1_000_001 + at.seq))])
    spoken(store, at, b"afterwards")
    assert texts_of(store) == [*before, b"afterwards"]
    assert verify(store).findings == ()


def test_a_failed_statement_leaves_nothing(store: Store, database: Path) -> None:
    founded(store, room())
    after = spoken(store, room(), b"before")
    with closing(sqlite3.connect(database)) as other, other:
        other.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON contents WHEN NEW.seq = 3 "
            "BEGIN SELECT RAISE(ABORT, 'not today'); END"
        )
    assert "not today" in failed(store, after, b"two", b"three", b"four").message
    with closing(sqlite3.connect(database)) as other, other:
        other.execute("DROP TRIGGER refuse")
    goes_on(store, after)


@pytest.mark.parametrize("verb", ["ROLLBACK", "FAIL"])
def test_a_statement_that_ends_the_transaction_itself(
    store: Store, database: Path, verb: str
) -> None:
    """SQLite may roll back on its own, and then there is nothing left to roll back."""
    founded(store, room())
    with closing(sqlite3.connect(database)) as other, other:
        other.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON contents WHEN NEW.seq = 2 "
            f"BEGIN SELECT RAISE({verb}, 'not today'); END"
        )
    failed(store, room(), b"one", b"two")
    with closing(sqlite3.connect(database)) as other, other:
        other.execute("DROP TRIGGER refuse")
    goes_on(store, room())


def test_a_constraint_that_does_not_hold(store: Store) -> None:
    founded(store, room())
    stranger = Device(9, 77, b"q" * 32, "", 0)
    with pytest.raises(ChatError) as caught:
        store.writer.commit([], [stranger])
    assert "FOREIGN KEY" in caught.value.message
    goes_on(store, room())


def test_a_value_that_sqlite_cannot_hold(store: Store) -> None:
    """A mistake of the caller's, told as such; the transaction is rolled back all the same."""
    founded(store, room())
    events, after = extended(room(), b"one")
    with pytest.raises(OverflowError):
        store.writer.commit(events, [after, Device(2**70, 1, b"q" * 32, "", 0)])
    goes_on(store, room())


def test_a_locked_database(database: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sqlite, "_BUSY_S", 0)
    with closing(open_store(database)) as store:
        founded(store, room())
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert "locked" in failed(store, room(), b"one").message
            with pytest.raises(ChatError):
                earlier(store, [(1, send_id(1))])
            other.execute("ROLLBACK")
        goes_on(store, room())


def driver_of(store: Store) -> sqlite3.Connection:
    connection = store.writer._connection
    assert connection is not None
    driver = connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def test_a_database_that_may_not_grow(store: Store) -> None:
    founded(store, room())
    driver = driver_of(store)
    (pages,) = driver.execute("PRAGMA page_count").fetchone()
    driver.execute(f"PRAGMA max_page_count = {pages + 5}")
    assert "full" in failed(store, room(), *[b"x" * 5000] * 40).message
    goes_on(store, room())


def test_a_connection_that_broke(store: Store) -> None:
    founded(store, room())
    driver_of(store).close()
    failed(store, room(), b"one")
    goes_on(store, room())


def test_a_commit_that_fails_at_its_very_end(store: Store) -> None:
    """The driver's COMMIT itself is refused: the rows were written, and are gone again."""
    founded(store, room())
    driver_of(store).execute("PRAGMA defer_foreign_keys = ON")  # checked at COMMIT, once

    events, _ = extended(room(9, "no such room"), b"one")
    with pytest.raises(ChatError) as caught:
        store.writer.commit(events, [])
    assert caught.value.code is Code.STORAGE_FAILED
    goes_on(store, room())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB."""
    path = tmp_path / "disk"
    path.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs", path], check=False
        ).returncode
    )
    if not mounted:
        pytest.skip("only root may mount a small file system")
    yield path
    subprocess.run(["umount", path], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    with closing(open_store(small_disk / "zmqchat.db")) as store:
        founded(store, room())
        ballast = small_disk / "ballast"
        with pytest.raises(OSError, match="No space"), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        message = failed(store, room(), *[b"x" * 5000] * 20).message
        assert "full" in message or "I/O" in message
        failed(store, room(), *[b"x" * 5000] * 20)
        ballast.unlink()
        goes_on(store, room())
