"""Empties SQLite's write-ahead log after an erasure: it holds every page as it was before.

Truncating needs a moment in which no connection reads from the log. An attempt first copies the
log into the database without keeping anybody from anything. Only when nobody is left who reads an
older state does it ask for the write lock, and then it waits a few milliseconds at most for reads
that are under way: new ones read from the database by then. While a long read is open, such as a
backup, it tries again and again, and commits wait for none of that.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Condition, Thread
from typing import Final

log = logging.getLogger(__name__)

_WAIT_S: Final = 0.05  # for how long an attempt may hold up commits, seconds
_RETRY_S: Final = 0.02
_RETRY_MOST_S: Final = 1.0


class WalTruncation:
    """A thread that is there only after the first request. Requests come from any thread."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._changed = Condition()
        self._due = False
        self._closed = False
        self._thread: Thread | None = None

    def start(self) -> None:
        """Empties the log at once, or in the background when somebody reads from it."""
        if not self._attempt():
            self.request()

    def request(self) -> None:
        """Has the log emptied of everything that is committed now."""
        with self._changed:
            self._due = True
            if self._thread is None:
                self._thread = Thread(target=self._run, name="wal-truncation", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def close(self) -> None:
        """Ends the thread; an attempt that is under way is finished."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while self._next():
            wait_s = _RETRY_S
            while not self._attempt():
                if self._ends_within(wait_s):
                    return
                wait_s = min(2 * wait_s, _RETRY_MOST_S)

    def _next(self) -> bool:
        """Waits for a request; what is requested from now on is another."""
        with self._changed:
            self._changed.wait_for(lambda: self._due or self._closed)
            self._due = False
            return not self._closed

    def _ends_within(self, wait_s: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._closed, wait_s)

    def _attempt(self) -> bool:
        """Whether the log was empty for a moment."""
        try:
            return _emptied(self._database)
        except sqlite3.Error as error:
            log.warning("the write-ahead log could not be emptied yet: %s", error)
            return False


def emptied(database: Path) -> bool:
    """Whether the log was empty for a moment; False also where the disk is too full for that."""
    try:
        return _emptied(database)
    except sqlite3.Error:
        return False


def _emptied(database: Path) -> bool:
    with closing(_existing(database)) as connection:
        _, frames, copied = _checkpoint(connection, "PASSIVE")
        if copied < frames:
            return False
        busy, _, _ = _checkpoint(connection, "TRUNCATE")
        return not busy


def _existing(database: Path) -> sqlite3.Connection:
    """A connection that makes no database where there is none."""
    return sqlite3.connect(f"{database.as_uri()}?mode=rw", uri=True, timeout=_WAIT_S)


def _checkpoint(connection: sqlite3.Connection, mode: str) -> tuple[int, int, int]:
    """Whether somebody was in the way, the frames in the log, and those that are copied."""
    busy, frames, copied = connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
    return busy, frames, copied
