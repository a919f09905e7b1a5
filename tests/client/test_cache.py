"""The profile's disk: no holes, no keys, nothing left of what was redacted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.client.samples import info, log
from zmqchat.client.cache import Cache
from zmqchat.client.database import Damaged, mark_of
from zmqchat.errors import ChatError, Code
from zmqchat.protocol.events import Edited, Posted, Redacted
from zmqchat.sync.timeline import Origin, Point

LOG = log("one", "two", "three", "four", "five")
ROOM = info(LOG, 2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache.db"


@pytest.fixture
def cache(path: Path) -> Iterator[Cache]:
    with closing(Cache(path)) as cache:
        cache.origin(ROOM)
        yield cache


def test_a_room_begins_at_its_head_and_goes_on_where_it_ended(cache: Cache) -> None:
    base = Point(2, LOG[1].chain)
    assert cache.origin(ROOM) == Origin(base, base)
    cache.store(1, LOG[2:4])
    assert cache.origin(info(LOG, 5)) == Origin(Point(4, LOG[3].chain), base)


def test_what_does_not_follow_is_left_out(cache: Cache) -> None:
    cache.store(1, LOG[3:])
    assert cache.events(1, 2, 10) == []
    cache.store(1, LOG[2:3])
    cache.store(1, LOG[2:])
    assert cache.events(1, 2, 10) == LOG[2:]
    assert cache.events(1, 3, 1) == LOG[3:4]
    assert cache.events(1, 0, 10) == []


def test_two_processes_may_store_the_same(path: Path, cache: Cache) -> None:
    with closing(Cache(path)) as other:
        assert other.origin(info(LOG, 4)).applied.seq == 2
        cache.store(1, LOG[2:4])
        other.store(1, LOG[2:])
        assert cache.events(1, 2, 10) == LOG[2:]


def test_chains_are_found_by_seq(cache: Cache) -> None:
    cache.store(1, LOG[2:])
    assert cache.chain_at(1, 4) == LOG[3].chain
    assert cache.chain_at(1, 2) is None


def test_keys_are_not_stored(path: Path, cache: Cache) -> None:
    cache.close()
    assert b"k" * 32 not in path.read_bytes()
    with closing(Cache(path)) as again:
        (room,) = again.rooms()
        assert (room.name, room.key, room.handle) == ("general", b"", b"")


def test_a_room_that_was_left_is_not_listed(cache: Cache) -> None:
    cache.left_room(1)
    assert cache.rooms() == []
    cache.put_room(ROOM)
    assert [room.name for room in cache.rooms()] == ["general"]


def on_disk(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob("cache.db*"))


def test_what_is_redacted_is_gone_from_the_files_with_its_edits(path: Path) -> None:
    edits = [Edited(1, "a secret, again"), Edited(2, "after, anew"), Edited(1, "x" * 9000)]
    events = log("a secret that was told", "after", *edits, Redacted(1))
    with closing(Cache(path)) as cache:
        cache.origin(info(events, 0))
        assert not cache.store(1, events[:5])
        assert b"secret" in on_disk(path)
        assert cache.store(1, events[5:])
        gone = cache.events(1, 0, 6)
        assert [event.erased for event in gone] == [True, False, True, False, True, False]
        assert [event.chain for event in gone] == [event.chain for event in events]
        assert cache.clean()
        left = on_disk(path)  # while the file is still open
    assert b"secret" not in left
    assert b"x" * 100 not in left
    assert b"after, anew" in left


def test_what_is_redacted_is_gone_from_branches_too(path: Path) -> None:
    events = log("kept", "a secret that was told", Edited(2, "a secret, again"))
    anew = log("kept", "a secret that was told", Redacted(2))
    with closing(Cache(path)) as cache:
        cache.origin(info(events, 0))
        cache.store(1, events)
        cache.set_aside(1, 2)
        cache.store(1, anew[2:])
        assert [event.erased for event in cache.branch(1)] == [True]
        cache.clean()
        assert b"secret" not in on_disk(path)


def test_cleaning_does_not_wait_for_a_reader(path: Path, cache: Cache) -> None:
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM rooms").fetchall()
        cache.store(1, LOG[2:])
        assert not cache.clean()
        reader.rollback()
        assert cache.clean()


def test_what_may_change_messages_is_found(path: Path) -> None:
    events = log("one", Posted("two", reply_to=1), "three", Edited(1, "uno"))
    with closing(Cache(path)) as cache:
        cache.origin(info(events, 0))
        cache.store(1, events)
        assert cache.about(1, 0) == [events[1], events[3]]


def test_a_branch_is_kept_apart(cache: Cache) -> None:
    cache.store(1, LOG[2:])
    cache.set_aside(1, 3)
    assert cache.events(1, 2, 10) == LOG[2:3]
    assert cache.branch(1) == LOG[3:]
    cache.set_aside(1, 3)
    assert cache.branch(1) == LOG[3:]


def test_messages_are_paged_from_the_end(cache: Cache) -> None:
    cache.store(1, LOG[2:])
    assert cache.messages(1, None, 2) == LOG[3:]
    assert cache.messages(1, 5, 2) == LOG[2:4]


def test_the_file_is_private(path: Path, cache: Cache) -> None:
    assert path.stat().st_mode & 0o077 == 0


def test_a_file_of_another_version_is_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 99")
        database.commit()
    with pytest.raises(ChatError) as raised:
        Cache(path)
    assert raised.value.code is Code.BAD_PROFILE


def test_a_file_that_is_no_database_is_one_clear_line(path: Path) -> None:
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(ChatError) as raised:
        Cache(path)
    assert raised.value.code is Code.STORAGE_FAILED
    assert "\n" not in raised.value.message


def test_an_event_that_is_none_any_more_is_damage(path: Path, cache: Cache) -> None:
    cache.store(1, LOG[2:])
    cache.clean()
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE events SET event = x'c1'")
        database.commit()
    with pytest.raises(Damaged):
        cache.messages(1, None, 10)
    with pytest.raises(Damaged):
        cache.events(1, 2, 10)
    assert mark_of(path).exists()
