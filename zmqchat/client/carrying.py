"""Carries over, once, the sends that earlier versions kept in the cache's file.

There, every send had an owner, who held the lock on `owners/OWNER.lock`. Nothing is forgotten there
before it is kept in the outbox: a process that is killed in between leaves a send in both, and the
server knows it by its id.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from zmqchat.client.cache import SCHEMA, VERSION, WITH_OUTBOX, Cache
from zmqchat.client.outbox import DiskOutbox
from zmqchat.client.salvage import salvage
from zmqchat.protocol.requests import SendItem

_ID_BYTES = 16
_COLUMNS = ("position", "id", "room", "type", "body")
_OUTBOX = """
CREATE TABLE outbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, room INTEGER NOT NULL,
    type TEXT NOT NULL, body BLOB NOT NULL, owner TEXT NOT NULL
);
"""


def carry_over(cache: Cache, owners: Path, outbox: DiskOutbox) -> None:
    """Moves the sends of processes that are gone; once nobody is left, there is no table either."""
    with cache.transaction() as database:  # one process at a time
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version != WITH_OUTBOX:
            return
        living = _living(owners)
        rows = database.execute(
            f"SELECT {', '.join(_COLUMNS)}, owner FROM outbox ORDER BY position"  # noqa: S608
        ).fetchall()
        gone = [row for row in rows if row[-1] not in living]
        outbox.add(SendItem(*row[1:5]) for row in gone)
        database.executemany("DELETE FROM outbox WHERE position = ?", [row[:1] for row in gone])
        if not living:
            database.execute("DROP TABLE outbox")
            database.execute(f"PRAGMA user_version = {VERSION}")
    if not living:
        _remove(owners)


def _living(owners: Path) -> set[str]:
    return {path.stem for path in owners.glob("*.lock") if _is_held(path)}


def _is_held(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _remove(owners: Path) -> None:
    with suppress(OSError):
        for path in owners.glob("*.lock"):
            path.unlink(missing_ok=True)
        owners.rmdir()


def salvaged(path: Path) -> list[SendItem]:
    """What can be read of the sends in a cache's file that is damaged; nothing of a newer one."""
    found = salvage(path, "outbox", _COLUMNS, _make_blank)
    return [item for row in found.in_order if (item := _send(row)) is not None]


def _send(row: tuple[object, ...]) -> SendItem | None:
    match row:
        case (_, bytes() as id_, int() as room, bytes() as kind, bytes() as body) if (
            len(id_) == _ID_BYTES and kind.isascii()
        ):
            return SendItem(id_, room, kind.decode(), body)
    return None


def _make_blank(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript(SCHEMA + _OUTBOX)
