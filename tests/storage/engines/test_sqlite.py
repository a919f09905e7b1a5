"""SQLite: its modes, its files, its lock, and directories that it may not use."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.storage.values import founded, room
from zmqchat.errors import ChatError, Code
from zmqchat.storage import Durability, Store, open_store
from zmqchat.storage.engines.sqlite import FileClaim


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_files_are_the_owners_alone(store: Store, database: Path) -> None:
    founded(store, room())
    assert mode(database.parent) == 0o700
    files = sorted(database.parent.iterdir())
    suffixes = [path.name.removeprefix(database.name) for path in files]
    assert suffixes == ["", "-shm", "-wal", ".ballast", ".lock"]
    assert {mode(path) for path in files} == {0o600}


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
        driver = connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        found = {name: driver.execute(f"PRAGMA {name}").fetchone()[0] for name in expected}
    assert found == expected


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


def test_a_claim_is_closed_once(tmp_path: Path) -> None:
    """The second close must not close a file of somebody else that got the same number."""
    claim = FileClaim(tmp_path / "a.db")
    claim.close()
    with (tmp_path / "other").open("w") as other:
        claim.close()
        other.write("still open")
