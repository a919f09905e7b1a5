"""Erased content is nowhere in the data directory, nor in backups that are made later."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import pytest

from tests.storage.values import extended, filled, founded, read_log, room
from tests.support.waiting import eventually
from zmqchat.domain.projection import Edit, Erasure, MessageState
from zmqchat.domain.state import EarlierSend
from zmqchat.storage import Store, open_store
from zmqchat.storage.backup import backup

ALL = 1_000_000


def word(number: int) -> bytes:
    """A text that is nowhere else."""
    return b"secret-%06d-of-somebody" % number


def found(directory: Path, words: Iterable[bytes]) -> set[bytes]:
    """Which of the words are in a file of the directory, as `grep` would find them."""
    files = [path.read_bytes() for path in directory.rglob("*") if path.is_file()]
    return {each for each in words if any(each in file for file in files)}


@contextmanager
def reading(database: Path) -> Iterator[sqlite3.Connection]:
    """Somebody in the middle of reading all texts: the WAL has them until that ends."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT body FROM contents").fetchall()
        yield other


def erase(store: Store, *targets: int) -> None:
    store.writer.commit(
        [],
        [],
        [
            each
            for target in targets
            for each in (Erasure(1, target), MessageState(1, target, erased_us=99))
        ],
    )


def test_an_erased_message_reads_as_erased(store: Store) -> None:
    founded(store, room())
    events, after = extended(room(), b"one", b"two")
    store.writer.commit(events, [after])
    erase(store, 1)
    first, second = read_log(store, 1, 0, 10, ALL)
    assert (first.erased, first.body, first.salt, first.digest) == (
        True,
        b"",
        b"",
        events[0].digest,
    )
    assert (second.erased, second.body, second.digest) == (False, b"two", b"")
    with store.writer.transaction() as transaction:
        earlier = transaction.earlier_sends([(1, events[0].id)])
    assert earlier == {
        (1, events[0].id): EarlierSend(1, 1, "posted", events[0].time_us, b"", events[0].digest)
    }


def test_edits_are_erased_with_their_message(store: Store) -> None:
    founded(store, room())
    at = filled(store, room(), b"one", b"other")
    edited, at = extended(at, b"better", b"best", kind="edited")
    store.writer.commit(edited[:1], [], [Edit(1, 1, 3)])
    store.writer.commit(edited[1:], [at], [Edit(1, 1, 4), Erasure(1, 1)])  # also of this commit
    assert [event.erased for event in read_log(store, 1, 0, 10, ALL)] == [True, False, True, True]


def test_rows_stay_and_numbers_rise(store: Store, database: Path) -> None:
    """The search index follows them."""
    founded(store, room())
    at = filled(store, room(), b"one", b"two")
    erase(store, 1, 2)
    filled(store, at, b"three")
    with closing(sqlite3.connect(database)) as other:
        rows = other.execute("SELECT rowid, seq, body FROM contents ORDER BY rowid").fetchall()
    assert rows == [(1, 1, b""), (2, 2, b""), (3, 3, b"three")]


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_left_in_any_file(store: Store, database: Path, seed: int) -> None:
    """Of texts of all sizes: in pages that were merged, in overflow pages, in the WAL."""
    choose = random.Random(seed)
    founded(store, room())
    sizes = [choose.choice([1, 3, 30, 300, 1200]) for _ in range(600)]
    at = room()
    for start in range(0, 600, 50):
        texts = [word(start + i) * sizes[start + i] for i in range(50)]
        at = filled(store, at, *texts)
    erased = choose.sample(range(600), 400)
    for start in range(0, 400, 40):
        erase(store, *(number + 1 for number in erased[start : start + 40]))
    words = [word(number) for number in erased]
    eventually(lambda: not found(database.parent, words), 30)
    kept = [word(number) for number in range(600) if number not in erased]
    assert found(database.parent, kept) == set(kept)


def test_beside_readers_and_a_writer_that_never_rest(store: Store, database: Path) -> None:
    founded(store, room())
    at = filled(store, room(), *[word(number) * 50 for number in range(100)])
    stop = Flag()

    def read() -> None:
        while not stop.is_set():
            read_log(store, 1, 0)

    readers = [Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        erase(store, *range(1, 101))
        words = [word(number) for number in range(100)]

        def gone_while_writing() -> bool:
            nonlocal at
            at = filled(store, at, b"and life goes on")
            return not found(database.parent, words)

        eventually(gone_while_writing, 30)
    finally:
        stop.set()
        for reader in readers:
            reader.join()


def test_a_long_read_delays_it_and_does_not_prevent_it(store: Store, database: Path) -> None:
    founded(store, room())
    at = filled(store, room(), word(1))
    with reading(database) as other:
        erase(store, 1)
        for number in range(20):  # and commits go on
            at = filled(store, at, b"%d" % number)
        assert found(database.parent, [word(1)])
        other.execute("ROLLBACK")
        eventually(lambda: not found(database.parent, [word(1)]))


def test_what_a_killed_server_left_is_taken_out_at_the_start(
    store: Store, database: Path, tmp_path: Path
) -> None:
    founded(store, room())
    filled(store, room(), word(1))
    with reading(database):
        erase(store, 1)
        copy = tmp_path / "copy" / database.name
        copy.parent.mkdir()
        for suffix in ("", "-wal"):  # as the disk is at this moment
            part = database.with_name(database.name + suffix)
            copy.with_name(part.name).write_bytes(part.read_bytes())
    assert found(copy.parent, [word(1)])
    with closing(open_store(copy)) as again:
        assert not found(copy.parent, [word(1)])
        assert [event.erased for event in read_log(again, 1, 0, 9, ALL)] == [True]


def test_a_reader_at_the_start_only_delays_it(store: Store, database: Path) -> None:
    founded(store, room())
    filled(store, room(), word(1))
    with reading(database) as other:
        erase(store, 1)
        store.close()
        with closing(open_store(database)):
            assert found(database.parent, [word(1)])
            other.execute("ROLLBACK")
            eventually(lambda: not found(database.parent, [word(1)]))


def test_a_later_backup_has_nothing_of_it(store: Store, database: Path, tmp_path: Path) -> None:
    founded(store, room())
    at = filled(store, room(), *[word(number) * 40 for number in range(50)])
    with reading(database):  # so that the WAL still has it while the backup is made
        erase(store, *range(1, 51))
        filled(store, at, b"afterwards")
        (tmp_path / "copies").mkdir()
        backup(database, tmp_path / "copies" / "monday.db")
    assert not found(tmp_path / "copies", map(word, range(50)))
    with closing(open_store(tmp_path / "copies" / "monday.db")) as copy:
        assert [event.body for event in read_log(copy, 1, 50, 9, ALL)] == [b"afterwards"]
