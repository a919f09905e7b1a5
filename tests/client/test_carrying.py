"""Profiles of earlier versions: their outbox moves into a file of its own, once."""

from __future__ import annotations

import fcntl
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.client.samples import info, log
from zmqchat.client import carrying
from zmqchat.client.cache import SCHEMA, WITH_OUTBOX, Cache
from zmqchat.client.carrying import carry_over
from zmqchat.client.ids import new_id
from zmqchat.client.outbox import DiskOutbox
from zmqchat.protocol.requests import SendItem


def sends(count: int) -> list[SendItem]:
    return [SendItem(new_id(), 1, "posted", b"send %d" % number) for number in range(count)]


def earlier(directory: Path, items: Sequence[SendItem], owner: str = "dead") -> Path:
    """A cache as the first version made it, with these sends in it."""
    path = directory / "cache.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript(SCHEMA + carrying._OUTBOX)
        database.execute(f"PRAGMA user_version = {WITH_OUTBOX}")
        database.executemany(
            "INSERT INTO outbox (id, room, type, body, owner) VALUES (?, ?, ?, ?, ?)",
            [(item.id, item.room, item.type, item.body, owner) for item in items],
        )
        database.commit()
    (directory / "owners").mkdir()
    (directory / "owners" / f"{owner}.lock").touch()
    return path


def carried(directory: Path) -> list[SendItem]:
    """What the next process finds in its outbox."""
    with (
        closing(Cache(directory / "cache.db")) as cache,
        closing(DiskOutbox(directory / "outbox")) as outbox,
    ):
        carry_over(cache, directory / "owners", outbox)
        return outbox.take_over()


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("PRAGMA user_version").fetchone()[0])


def test_sends_are_carried_over_in_order_and_once(tmp_path: Path) -> None:
    items = sends(5)
    path = earlier(tmp_path, items)
    assert carried(tmp_path) == items
    assert version(path) != WITH_OUTBOX
    assert not (tmp_path / "owners").exists()
    assert carried(tmp_path) == items  # now from the outbox


def test_timelines_stay(tmp_path: Path) -> None:
    path = earlier(tmp_path, sends(1))
    events = log("one", "two")
    with closing(Cache(path)) as cache:
        cache.origin(info(events, 0))
        cache.store(1, events)
    carried(tmp_path)
    with closing(Cache(path)) as cache:
        assert cache.events(1, 0, 10) == events


def test_a_living_process_of_the_earlier_version_keeps_its_sends_and_its_table(
    tmp_path: Path,
) -> None:
    path = earlier(tmp_path, sends(2))
    lock = os.open(tmp_path / "owners" / "dead.lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    assert carried(tmp_path) == []
    assert version(path) == WITH_OUTBOX
    os.close(lock)
    assert len(carried(tmp_path)) == 2


_CHILD = """
import os, signal, sys
from pathlib import Path
from zmqchat.client.cache import Cache
from zmqchat.client.carrying import carry_over
from zmqchat.client.outbox import DiskOutbox
import sqlite3

home, statements = Path(sys.argv[1]), int(sys.argv[2])
outbox, cache = DiskOutbox(home / "outbox"), Cache(home / "cache.db")

def count(statement):
    global statements
    statements -= 1
    if statements < 0:
        os.kill(os.getpid(), signal.SIGKILL)

cache._database._connection.set_trace_callback(count)
carry_over(cache, home / "owners", outbox)
print("whole")
"""


@pytest.mark.parametrize("statements", range(9))
def test_a_kill_at_any_statement_loses_and_doubles_nothing(tmp_path: Path, statements: int) -> None:
    items = sends(3)
    earlier(tmp_path, items)
    command = [sys.executable, "-c", _CHILD, str(tmp_path), str(statements)]
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=60)
    assert done.returncode == -signal.SIGKILL or done.stdout == b"whole\n"
    assert carried(tmp_path) == items


@pytest.mark.parametrize("page", [0, 3])
def test_sends_are_read_from_a_damaged_cache(tmp_path: Path, page: int) -> None:
    items = sends(3)
    path = earlier(tmp_path, items)
    content = bytearray(path.read_bytes())
    content[page * 4096 : (page + 1) * 4096] = b"\xa5" * 4096
    path.write_bytes(content)
    assert carrying.salvaged(path) == items


def test_nothing_is_read_from_a_cache_that_never_held_sends(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    events = log(*(f"word {number}" for number in range(100)))
    with closing(Cache(path)) as cache:
        cache.origin(info(events, 0))
        cache.store(1, events)
    for broken in (False, True):
        if broken:
            path.write_bytes(b"\xa5" * 4096 + path.read_bytes()[4096:])
        assert carrying.salvaged(path) == []
