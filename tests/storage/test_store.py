"""Opening: one server at a time, files of their owner alone, clear refusals."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.storage.values import filled, founded, room
from zmqchat.errors import ChatError, Code
from zmqchat.storage import Durability, Store, open_reader, open_store


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_files_are_the_owners_alone(store: Store, database: Path) -> None:
    founded(store, room())
    assert mode(database.parent) == 0o700
    files = sorted(database.parent.iterdir())
    suffixes = [path.name.removeprefix(database.name) for path in files]
    assert suffixes == ["", "-shm", "-wal", ".lock"]
    assert {mode(path) for path in files} == {0o600}


def test_a_second_server_is_refused(store: Store, database: Path) -> None:
    with pytest.raises(ChatError, match="in use by another process") as caught:
        open_store(database)
    assert caught.value.code is Code.DATA_DIRECTORY
    store.close()
    open_store(database).close()


def test_a_closed_store_is_one_file(store: Store, database: Path) -> None:
    founded(store, room())
    store.close()
    assert sorted(path.name for path in database.parent.iterdir()) == [
        database.name,
        database.name + ".lock",
    ]


def test_a_reader_beside_the_server(store: Store, database: Path) -> None:
    founded(store, room())
    with closing(open_reader(database)) as reader:
        filled(store, room(), b"one")
        assert [event.body for event in reader.events(1, 0, 9, 99)] == [b"one"]


def test_no_database_to_read(database: Path) -> None:
    with pytest.raises(ChatError, match="there is no database"):
        open_reader(database)
    assert not database.exists()


def test_a_directory_of_somebody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with pytest.raises(ChatError, match="belongs to another user") as caught:
        open_store(tmp_path / "a.db")
    assert caught.value.code is Code.DATA_DIRECTORY
    assert list(tmp_path.iterdir()) == []


def test_a_path_that_cannot_be_a_directory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ChatError, match="cannot be used") as caught:
        open_store(tmp_path / "file" / "a.db")
    assert caught.value.code is Code.DATA_DIRECTORY


def test_urls(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path / 'a.db'}").close()
    open_reader(tmp_path / "a.db").close()


@pytest.mark.parametrize("url", ["postgresql://u:secret@host/chat", "sqlite://", "://", "x y://z"])
def test_urls_that_are_not_supported(url: str) -> None:
    with pytest.raises(ChatError) as caught:
        open_store(url)
    assert caught.value.code is Code.USAGE
    assert "secret" not in caught.value.message


@pytest.mark.parametrize(
    ("durability", "synchronous"), [(Durability.FULL, 2), (Durability.RELAXED, 1)]
)
def test_pragmas(database: Path, durability: Durability, synchronous: int) -> None:
    expected = {
        "journal_mode": "wal",
        "synchronous": synchronous,
        "secure_delete": 1,
        "foreign_keys": 1,
        "wal_autocheckpoint": 4000,
        "busy_timeout": 5000,
    }
    with closing(open_store(database, durability)) as store:
        founded(store, room())
        connection = store.writer._connection
        assert connection is not None
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        found = {name: driver.execute(f"PRAGMA {name}").fetchone()[0] for name in expected}
    assert found == expected


def test_a_killed_servers_commits_are_there(database: Path, tmp_path: Path) -> None:
    """A copy of the files as they are in the middle of the work is what a SIGKILL leaves."""
    with closing(open_store(database)) as store:
        founded(store, room())
        filled(store, room(), b"one", b"two")
        left = tmp_path / "left"
        left.mkdir()
        for suffix in ("", "-wal"):
            source = database.with_name(database.name + suffix)
            (left / source.name).write_bytes(source.read_bytes())
    with closing(open_store(left / database.name)) as again:
        assert [event.body for event in again.events(1, 0, 9, 99)] == [b"one", b"two"]
