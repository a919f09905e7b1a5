"""Migrations agree with the tables; databases of other versions and other programs are refused."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.storage.values import founded, room
from zmqchat.errors import ChatError, Code
from zmqchat.storage import Store, open_reader, open_store, tables


def test_migrations_make_what_tables_say(store: Store) -> None:
    with store.reading() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, tables.metadata) == []


def _statements(connection: sqlite3.Connection) -> dict[str, tuple[str, set[str]]]:
    """Of each table and index what is around and in its parentheses, where order means nothing."""
    found = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    return {
        name: _parts(re.sub(r"\s+", "", sql)) for name, sql in found if name != "alembic_version"
    }


def _parts(sql: str) -> tuple[str, set[str]]:
    head, rest = sql.split("(", 1)
    inside, tail = rest.rsplit(")", 1)
    return head + tail, set(re.split(r",(?![^(]*\))", inside))


def test_the_definitions_are_the_same_to_the_letter(
    store: Store, database: Path, tmp_path: Path
) -> None:
    """compare_metadata does not see WITHOUT ROWID."""
    other = tmp_path / "other.db"
    engine = sa.create_engine(f"sqlite:///{other}")
    tables.metadata.create_all(engine)
    engine.dispose()
    with closing(sqlite3.connect(database)) as ours, closing(sqlite3.connect(other)) as theirs:
        assert _statements(ours) == _statements(theirs)


def test_the_version_is_in_the_database(store: Store, database: Path) -> None:
    with closing(sqlite3.connect(database)) as other:
        rows = other.execute("SELECT version, compatible FROM schema").fetchall()
    assert rows == [(tables.SCHEMA_VERSION, tables.COMPATIBLE_VERSION)]


def states(database: Path, version: int, compatible: int) -> None:
    """Makes the database claim a version."""
    open_store(database).close()
    with closing(sqlite3.connect(database)) as other, other:
        other.execute("UPDATE schema SET version = ?, compatible = ?", (version, compatible))


def refused(database: Path) -> str:
    """Both ways to open say the same one line, and leave the file as it is."""
    before = database.read_bytes()
    lines = []
    for opening in (open_store, open_reader):
        with pytest.raises(ChatError) as caught:
            opening(database)
        assert caught.value.code is Code.DATA_DIRECTORY
        lines.append(caught.value.message)
    assert lines[0] == lines[1]
    assert "\n" not in lines[0]
    assert "nothing was changed" in lines[0]
    assert database.read_bytes() == before
    return lines[0]


def test_a_newer_database_is_refused(database: Path) -> None:
    states(database, 99, tables.SCHEMA_VERSION + 1)
    assert "newer zmqchat" in refused(database)


def test_a_newer_database_that_says_it_is_compatible_is_used(database: Path) -> None:
    states(database, 99, tables.SCHEMA_VERSION)
    with closing(open_store(database)) as store:
        founded(store, room())
    with closing(sqlite3.connect(database)) as other:
        assert other.execute("SELECT version FROM schema").fetchall() == [(99,)]


def test_an_older_database_is_upgraded_by_the_store_only(database: Path) -> None:
    states(database, tables.SCHEMA_VERSION - 1, tables.SCHEMA_VERSION - 1)
    with pytest.raises(ChatError, match="older version"):
        open_reader(database)
    open_reader(database, older=True).close()
    open_store(database).close()
    open_reader(database).close()


def test_another_programs_database_is_refused(database: Path) -> None:
    database.parent.mkdir()
    with closing(sqlite3.connect(database)) as other, other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("CREATE TABLE bookmarks (url)")
    assert "not a zmqchat database" in refused(database)


def test_an_empty_file_is_nothing_to_read(database: Path) -> None:
    database.parent.mkdir()
    database.touch()
    with pytest.raises(ChatError, match="or it is empty"):
        open_reader(database)


def test_a_file_that_is_no_database_is_refused(database: Path) -> None:
    database.parent.mkdir()
    database.write_bytes(b"Dear diary, " * 1000)
    with pytest.raises(ChatError, match="cannot be opened") as caught:
        open_store(database)
    assert caught.value.code is Code.DATA_DIRECTORY
    assert database.read_bytes() == b"Dear diary, " * 1000


def test_a_failed_migration_leaves_an_empty_database(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "COMPATIBLE_VERSION", None)  # NOT NULL refuses it
    with pytest.raises(ChatError):
        open_store(database)
    monkeypatch.undo()
    with closing(sqlite3.connect(database)) as other:
        assert other.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
    open_store(database).close()
