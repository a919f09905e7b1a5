"""A server starts with the database of its keys, or with none at first: not with a lost one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from zmqchat.errors import ChatError, Code
from zmqchat.security import keys
from zmqchat.server import founding
from zmqchat.server.app import DATABASE
from zmqchat.server.realm import open_state
from zmqchat.storage import backup, open_store
from zmqchat.storage.engines.sqlite import BESIDE


def _found(directory: Path) -> Path:
    """A realm that was started once; its database."""
    keys.ensure_realm_keys(directory)
    database = directory / DATABASE
    with closing(open_store(database)) as store:
        state = open_state(store, now_us=1)
    keys.keep_realm_id(directory, state.realm.id)
    return database


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return _found(tmp_path / "realm")


def _content(directory: Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and not path.name.endswith("-shm")
    }


def _refusal(database: Path) -> str:
    """What a start says, which changes nothing."""
    before = _content(database.parent)
    with pytest.raises(ChatError) as caught:
        founding.check(database.parent, str(database))
    assert caught.value.code is Code.DATA_DIRECTORY
    assert "\n" not in caught.value.message
    assert "nothing was changed" in caught.value.message
    assert _content(database.parent) == before
    return caught.value.message


def test_the_right_database_and_none_before_the_first_start_are_well(
    database: Path, tmp_path: Path
) -> None:
    founding.check(database.parent, str(database))
    keys.ensure_realm_keys(tmp_path / "new")
    founding.check(tmp_path / "new", str(tmp_path / "new" / DATABASE))
    assert list((tmp_path / "new").iterdir()) == [tmp_path / "new" / "keys"]


def test_a_start_that_was_cut_short_goes_on(tmp_path: Path) -> None:
    keys.ensure_realm_keys(tmp_path)
    (tmp_path / DATABASE).touch()
    founding.check(tmp_path, str(tmp_path / DATABASE))


def test_a_missing_database(database: Path) -> None:
    database.unlink()
    said = _refusal(database)
    assert "is missing" in said
    assert f"`zmqchat admin restore FILE --data {database.parent}`" in said
    assert f"`zmqchat admin new-realm --data {database.parent}`" in said


def test_an_emptied_database(database: Path) -> None:
    database.write_bytes(b"")
    assert "holds nothing" in _refusal(database)


@pytest.mark.parametrize("left", [b"", None])
def test_the_log_of_a_lost_database_is_kept_and_named(database: Path, left: bytes | None) -> None:
    log = database.with_name(database.name + BESIDE[0])
    log.write_bytes(b"the last changes")
    database.unlink()
    if left is not None:
        database.write_bytes(left)
    assert f"{log} holds its last changes: keep it" in _refusal(database)


def test_a_database_without_tables(database: Path) -> None:
    database.unlink()
    with closing(sqlite3.connect(database)) as made:
        made.execute("CREATE TABLE x (y)")
        made.execute("DROP TABLE x")
    assert "holds nothing" in _refusal(database)


@pytest.mark.parametrize("size", [100, 8192, -8192])
def test_a_truncated_database(database: Path, size: int) -> None:
    whole = database.read_bytes()
    database.write_bytes(whole[:size])
    assert "restore a backup" in _refusal(database)
    copy = database.parent / "copy.db"
    copy.write_bytes(whole)
    assert f"admin restore {copy} --data" in _refusal(database)


def test_the_database_of_another_realm(database: Path, tmp_path: Path) -> None:
    database.write_bytes(_found(tmp_path / "other").read_bytes())
    assert "is of another realm than the keys" in _refusal(database)


def test_the_newest_backup_of_this_realm_is_named(database: Path, tmp_path: Path) -> None:
    other = _found(tmp_path / "other")
    (tmp_path / "far").mkdir()
    (database.parent / "kept").mkdir()
    backup.backup(database, database.parent / "older.db")
    backup.backup(database, database.parent / "kept" / "newer.db")
    backup.backup(other, database.parent / "foreign.db")
    (database.parent / "newest.db").write_text("no database")
    database.unlink()
    newer = database.parent / "kept" / "newer.db"
    assert f"`zmqchat admin restore {newer} --data {database.parent}`" in _refusal(database)
    newer.rename(tmp_path / "far" / "newer.db")
    (database.parent / founding.LAST_BACKUP).write_text(f"{tmp_path / 'far' / 'newer.db'}\n")
    assert f"restore {tmp_path / 'far' / 'newer.db'}, the newest" in _refusal(database)
