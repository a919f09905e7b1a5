"""Backups are whole, of one moment, and taken beside a server; a restore starts a lineage."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import pytest

from tests.storage.values import LINEAGE, REALM, extended, founded, post, room, spoken, texts_of
from zmqchat.errors import ChatError, Code
from zmqchat.protocol.rooms import LineageStart
from zmqchat.protocol.topics import handle
from zmqchat.storage import Store, open_reader, open_store, tables
from zmqchat.storage import backup as module
from zmqchat.storage.backup import backup, restore
from zmqchat.storage.engines import sqlite
from zmqchat.storage.verify import verify

NEW = b"2" * 16
NOW_US = 1_700_000_000_123_456


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def read(path: Path) -> list[bytes]:
    with closing(open_reader(path)) as reader:
        assert verify(reader).findings == ()
        return texts_of(reader)


def test_a_backup_is_one_whole_file(store: Store, database: Path, tmp_path: Path) -> None:
    founded(store, room())
    spoken(store, room(), b"one", b"two")
    target = tmp_path / "copies" / "monday.db"
    target.parent.mkdir()
    backup(database, target)
    assert names(target.parent) == ["monday.db"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert read(target) == [b"one", b"two"]
    assert names(target.parent) == ["monday.db"]


def test_beside_a_writer_that_never_rests(
    store: Store, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_BACKUP_PAGES", 2)  # commits come between steps
    founded(store, room())
    stop = Flag()
    counts = []

    def write() -> None:
        at = spoken(store, room(), *[b"x" * 3000] * 50)
        while not stop.is_set():
            at = spoken(store, at, b"y" * 3000)
            counts.append(at.seq)

    writer = Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            backup(database, tmp_path / f"{number}.db")
    finally:
        stop.set()
        writer.join()
    sizes = [len(read(tmp_path / f"{number}.db")) for number in range(3)]
    assert sizes == sorted(sizes)
    assert sizes[-1] <= counts[-1]
    assert verify(store).findings == ()


def test_an_existing_target_is_refused(store: Store, database: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    target.write_text("precious")
    with pytest.raises(ChatError, match="exists") as caught:
        backup(database, target)
    assert caught.value.code is Code.USAGE
    assert target.read_text() == "precious"


def test_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(ChatError, match="there is no database"):
        backup(tmp_path / "none.db", tmp_path / "copy.db")
    assert names(tmp_path) == []


def test_no_directory_to_back_up_into(store: Store, database: Path, tmp_path: Path) -> None:
    with pytest.raises(ChatError, match="could not be written") as caught:
        backup(database, tmp_path / "none" / "copy.db")
    assert caught.value.code is Code.STORAGE_FAILED


def test_a_copy_that_fails_leaves_nothing(
    store: Store, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    founded(store, room())
    spoken(store, room(), b"x" * 100_000)
    copies = tmp_path / "copies"
    copies.mkdir()

    def small(path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA max_page_count = 3")
        return connection

    monkeypatch.setattr(sqlite, "_plain", small)
    with pytest.raises(ChatError, match="could not be copied") as caught:
        backup(database, copies / "copy.db")
    assert caught.value.code is Code.STORAGE_FAILED
    assert names(copies) == []


def test_restore_starts_a_lineage(store: Store, database: Path, tmp_path: Path) -> None:
    founded(store, room(), room(2, "empty"))
    at = spoken(store, room(), b"one", b"two")
    copy = tmp_path / "copy.db"
    backup(database, copy)
    spoken(store, at, b"lost")
    store.close()

    done = restore(copy, database, NOW_US, NEW)

    assert (done.lineage, done.rooms, done.events) == (NEW, 2, 2)
    assert done.set_aside == database.with_name(
        f"{database.name}.before-restore-20231114T221320.123456Z"
    )
    assert read(done.set_aside) == [b"one", b"two", b"lost"]
    assert read(copy) == [b"one", b"two"]
    with closing(open_store(database)) as again:
        snapshot = again.load()
        assert snapshot is not None
        assert snapshot.realm.lineage == NEW
        assert [each.lineages for each in snapshot.rooms] == [
            (LineageStart(0, LINEAGE), LineageStart(2, NEW)),
            (LineageStart(0, NEW),),
        ]
        # What keys and handles were in use behind the backup nobody knows: there are others now.
        assert [each.epoch for each in snapshot.rooms] == [1 + 2**20 + 1] * 2
        assert [(each.epoch_seq, each.epoch_us) for each in snapshot.rooms] == [
            (2, NOW_US),
            (0, NOW_US),
        ]
        assert len({room().key, *(each.key for each in snapshot.rooms)}) == 3
        assert [each.handle for each in snapshot.rooms] == [
            handle(REALM.next_handle + 2**20 + number) for number in range(2)
        ]
        assert snapshot.realm.next_handle == REALM.next_handle + 2**20 + 2
        events, after = extended(snapshot.rooms[0], post(b"three"))
        again.writer.commit(events, [after])
    assert read(database) == [b"one", b"two", b"three"]


def test_a_second_restore_replaces_a_start_that_no_event_followed(
    store: Store, database: Path, tmp_path: Path
) -> None:
    founded(store, room())
    spoken(store, room(), b"one")
    store.close()
    (tmp_path / "a").mkdir()
    restore(database, tmp_path / "a" / "a.db", NOW_US, b"2" * 16)
    restore(tmp_path / "a" / "a.db", tmp_path / "a" / "b.db", NOW_US, b"3" * 16)
    with closing(open_reader(tmp_path / "a" / "b.db")) as reader:
        snapshot = reader.load()
    assert snapshot is not None
    assert snapshot.rooms[0].lineages == (LineageStart(0, LINEAGE), LineageStart(1, b"3" * 16))


def test_a_database_restored_onto_itself(store: Store, database: Path) -> None:
    """What an operator does after a machine was rolled back: same data, new lineage."""
    founded(store, room())
    spoken(store, room(), b"one")
    store.close()
    done = restore(database, database, NOW_US, NEW)
    assert done.set_aside is not None
    assert read(database) == [b"one"]


def test_restore_under_a_running_server_is_refused(
    store: Store, database: Path, tmp_path: Path
) -> None:
    founded(store, room())
    backup(database, tmp_path / "copy.db")
    before = names(database.parent)
    with pytest.raises(ChatError, match="in use") as caught:
        restore(tmp_path / "copy.db", database, NOW_US, NEW)
    assert caught.value.code is Code.DATA_DIRECTORY
    assert names(database.parent) == before


def test_restore_of_what_is_no_backup(database: Path, tmp_path: Path) -> None:
    source = tmp_path / "letter"
    source.write_text("Dear diary, " * 1000)
    with pytest.raises(ChatError, match="cannot be opened"):
        restore(source, database, NOW_US, NEW)
    assert not database.exists()


def test_restore_of_an_empty_database(store: Store, database: Path, tmp_path: Path) -> None:
    store.close()
    target = tmp_path / "other" / "zmqchat.db"
    with pytest.raises(ChatError, match="holds no realm"):
        restore(database, target, NOW_US, NEW)
    assert not target.exists()


def test_an_older_backup_is_upgraded(store: Store, database: Path, tmp_path: Path) -> None:
    founded(store, room())
    store.close()
    with closing(sqlite3.connect(database)) as other, other:
        other.execute("UPDATE schema SET version = 0, compatible = 0")
    backup(database, tmp_path / "old.db")
    restore(tmp_path / "old.db", tmp_path / "new.db", NOW_US, NEW)
    assert read(tmp_path / "new.db") == []
    with closing(sqlite3.connect(tmp_path / "new.db")) as other:
        found = other.execute("SELECT version FROM schema").fetchone()
    assert found == (tables.SCHEMA_VERSION,)


def test_a_log_of_the_old_database_is_not_replayed_into_the_new_one(
    store: Store, database: Path, tmp_path: Path
) -> None:
    """A killed server leaves its -wal; it belongs to the database that was set aside."""
    founded(store, room())
    backup(database, tmp_path / "copy.db")
    spoken(store, room(), b"one")
    wal = database.with_name(database.name + "-wal")
    left, log = database.read_bytes(), wal.read_bytes()
    store.close()
    database.write_bytes(left)
    wal.write_bytes(log)
    done = restore(tmp_path / "copy.db", database, NOW_US, NEW)
    assert not wal.exists()
    assert done.set_aside is not None
    assert read(done.set_aside) == [b"one"]
    assert read(database) == []


def test_a_copy_that_is_not_one_file_is_not_put_in_place(
    store: Store, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the disk is too full for SQLite to empty the -wal at the end."""
    founded(store, room())
    backup(database, tmp_path / "copy.db")
    store.close()
    with ExitStack() as held:

        def opened(path: Path) -> Store:
            again = open_store(path)
            other = held.enter_context(closing(sqlite3.connect(path, isolation_level=None)))
            other.execute("BEGIN")
            other.execute("SELECT * FROM rooms").fetchall()
            return again

        monkeypatch.setattr(module, "open_store", opened)
        before = database.read_bytes()
        with pytest.raises(ChatError, match="nothing was changed") as caught:
            restore(tmp_path / "copy.db", database, NOW_US, NEW)
    assert caught.value.code is Code.STORAGE_FAILED
    assert database.read_bytes() == before
    assert names(database.parent) == ["zmqchat.db", "zmqchat.db.ballast", "zmqchat.db.lock"]
