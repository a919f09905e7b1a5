"""A database of an earlier version is opened as it is, and its replies become threads."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.storage.values import ALICE, BOB, PHONE, REALM, filled
from zmqchat.errors import ChatError
from zmqchat.storage import open_reader, open_store
from zmqchat.storage.backup import backup, restore
from zmqchat.storage.verify import Report, verify

VERSION_1 = Path(__file__).with_name("data") / "schema1.sql"
"""What version 1 wrote, as its own code left it: two rooms, a message answered twice."""

ALL = 1_000_000


@pytest.fixture
def yesterday(database: Path) -> Path:
    """A database file of version 1."""
    database.parent.mkdir(mode=0o700)
    with closing(sqlite3.connect(database)) as old:
        old.execute("PRAGMA journal_mode = WAL")
        old.executescript(VERSION_1.read_text())
    return database


def test_everything_is_there_afterwards(yesterday: Path) -> None:
    with closing(open_store(yesterday)) as store:
        snapshot = store.load()
        assert snapshot is not None
        assert snapshot.realm == REALM
        assert snapshot.users == [ALICE, BOB]
        assert snapshot.devices == [PHONE]
        assert [(each.name, each.seq, each.archived) for each in snapshot.rooms] == [
            ("general", 5, False),
            ("other", 1, False),
        ]
        assert [*snapshot.readings, *snapshot.ignored, *snapshot.tickets] == []
        assert verify(store) == Report(6, 2, ())
        filled(store, snapshot.rooms[1], b"and it goes on")
        assert verify(store) == Report(7, 2, ())


def test_replies_become_threads(yesterday: Path) -> None:
    with closing(open_store(yesterday)) as store:
        page = store.messages_before(1, None, 10, ALL)
        assert [(each.event.seq, each.root, each.replies) for each in page.messages] == [
            (2, 0, 2),
            (3, 2, 0),
            (4, 2, 0),
            (5, 0, 0),
        ]
        assert page.messages[0].replied_us == page.messages[2].event.time_us
        thread = store.thread(1, 4, 0, 10, ALL)
        assert [each.event.seq for each in thread.messages] == [2, 3, 4]


def test_only_a_server_upgrades_it(yesterday: Path) -> None:
    with pytest.raises(ChatError, match="older version"):
        open_reader(yesterday)
    open_store(yesterday).close()
    open_reader(yesterday).close()


def test_an_old_backup_is_restored(yesterday: Path, tmp_path: Path) -> None:
    backup(yesterday, tmp_path / "old.db")
    restore(tmp_path / "old.db", tmp_path / "new" / "zmqchat.db", 0, b"2" * 16)
    with closing(open_reader(tmp_path / "new" / "zmqchat.db")) as reader:
        assert verify(reader) == Report(6, 2, ())


def test_a_reply_to_something_that_is_no_message_is_in_no_thread(yesterday: Path) -> None:
    """Version 1 took it."""
    with closing(sqlite3.connect(yesterday)) as old, old:
        (body,) = old.execute("SELECT body FROM contents WHERE room = 1 AND seq = 3").fetchone()
        assert body.endswith(b"\xa8reply_to\x02")
        changed = body[:-1] + b"\x01"
        old.execute("UPDATE contents SET body = ? WHERE room = 1 AND seq = 3", [changed])
    with closing(open_store(yesterday)) as store:
        page = store.messages_before(1, None, 10, ALL)
        assert [(each.event.seq, each.root, each.replies) for each in page.messages] == [
            (2, 0, 0),
            (3, 0, 1),
            (4, 3, 0),
            (5, 0, 0),
        ]
