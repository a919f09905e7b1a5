"""The thread that empties the write-ahead log: what is in its way, and how it ends."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.waiting import eventually
from zmqchat.storage.engines.sqlite_wal import WalTruncation


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Path]:
    """A database whose log has something in it, with a connection that keeps it there."""
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE t (x)")
        connection.execute("INSERT INTO t VALUES (1)")
        yield path


def log_of(path: Path) -> int:
    return path.with_name(path.name + "-wal").stat().st_size


def is_empty(path: Path) -> Callable[[], bool]:
    return lambda: log_of(path) == 0


def test_the_start_empties_it_at_once(written: Path) -> None:
    assert log_of(written) > 0
    with closing(WalTruncation(written)) as truncation:
        truncation.start()
        assert log_of(written) == 0


def test_requests_empty_it_again_and_again(written: Path) -> None:
    with (
        closing(WalTruncation(written)) as truncation,
        closing(sqlite3.connect(written, isolation_level=None)) as other,
    ):
        for number in range(5):
            other.execute("INSERT INTO t VALUES (?)", [number])
            truncation.request()
            eventually(is_empty(written))


def test_it_waits_for_a_writer(written: Path) -> None:
    with (
        closing(WalTruncation(written)) as truncation,
        closing(sqlite3.connect(written, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO t VALUES (2)")
        truncation.start()
        assert log_of(written) > 0
        other.execute("COMMIT")
        eventually(is_empty(written))


def test_it_ends_also_while_it_has_to_wait(written: Path) -> None:
    before = threading.active_count()
    with closing(sqlite3.connect(written, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM t").fetchall()
        with closing(sqlite3.connect(written, isolation_level=None)) as more:
            more.execute("INSERT INTO t VALUES (3)")
        truncation = WalTruncation(written)
        truncation.start()
        truncation.request()
        truncation.close()
    assert threading.active_count() == before
    assert log_of(written) > 0


def test_what_fails_is_told_and_tried_again(
    written: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    moved = written.rename(tmp_path / "elsewhere")
    written.mkdir()  # which nobody can open as a database
    with closing(WalTruncation(written)) as truncation:
        with caplog.at_level(logging.WARNING):
            truncation.start()
        assert "could not be emptied yet: unable to open database file" in caplog.text
        written.rmdir()
        moved.rename(written)
        eventually(is_empty(written))
