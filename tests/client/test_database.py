"""A profile's SQLite files: their versions, their transactions, and what is said of damage."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from zmqchat.client.database import Damaged, Database, Layout, beside, mark_of, move_aside
from zmqchat.errors import ChatError, Code

LAYOUT = Layout("CREATE TABLE things (thing TEXT UNIQUE);\n", 3, ("journal_mode=WAL",))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "things.db"


def test_what_was_committed_is_there_again(path: Path) -> None:
    with closing(Database(path, LAYOUT)) as database, database.transaction() as connection:
        connection.execute("INSERT INTO things VALUES ('one')")
    with closing(Database(path, LAYOUT)) as database:
        assert database.all("SELECT thing FROM things WHERE thing = ?", "one") == [("one",)]
    assert path.stat().st_mode & 0o077 == 0


def test_a_transaction_that_fails_leaves_nothing(path: Path) -> None:
    with closing(Database(path, LAYOUT)) as database:
        with pytest.raises(ChatError) as raised, database.transaction() as connection:
            connection.execute("INSERT INTO things VALUES ('one')")
            connection.execute("INSERT INTO things VALUES ('one')")
        assert raised.value.code is Code.STORAGE_FAILED
        assert not isinstance(raised.value, Damaged)
        assert database.all("SELECT * FROM things") == []


@pytest.mark.parametrize(("version", "used"), [(3, True), (2, False), (1, False), (4, False)])
def test_another_version_is_left_alone(path: Path, version: int, used: bool) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version = {version}")
    if used:
        Database(path, LAYOUT).close()
        return
    with pytest.raises(ChatError) as raised:
        Database(path, LAYOUT)
    assert raised.value.code is Code.BAD_PROFILE
    assert not mark_of(path).exists()


def test_damage_is_marked_for_the_next_who_opens_the_file(path: Path) -> None:
    with closing(Database(path, LAYOUT)) as database:
        with pytest.raises(Damaged, match=r"things\.db is damaged"), database.failing():
            raise msgspec.DecodeError("not this")
        assert mark_of(path).exists()


def test_a_damaged_file_is_moved_aside_with_all_that_belongs_to_it(path: Path) -> None:
    for number in (1, 2):
        path.write_bytes(b"no database " * 1000)
        for other in beside(path):
            other.touch()
        with pytest.raises(Damaged):
            Database(path, LAYOUT)
        aside = move_aside(path)
        assert aside == path.with_name(f"things.db.damaged-{number}")
        assert aside.read_bytes().startswith(b"no database")
        assert not any(each.exists() for each in (path, *beside(path), mark_of(path)))
    Database(path, LAYOUT).close()
