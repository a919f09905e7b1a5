"""The outbox on disk: sends until they are acknowledged, each owned by one process.

An owner lives as long as it holds the lock on its own file; the system lets go of it however the
process dies, and the next process takes the entries over and finishes them.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from zmqchat.client.cache import Cache
from zmqchat.errors import ChatError, Code
from zmqchat.protocol.requests import SendItem


class DiskOutbox:
    """This process's entries in a profile's outbox; closed, it leaves them to whoever is next."""

    def __init__(self, cache: Cache, directory: Path) -> None:
        self._cache = cache
        self._directory = directory
        self._owner = secrets.token_hex(8)
        try:
            directory.mkdir(mode=0o700, exist_ok=True)
            self._lock = os.open(self._file(self._owner), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ChatError(
                Code.BAD_PROFILE, f"The profile cannot be used: {directory}: {error.strerror}"
            ) from None

    def _file(self, owner: str) -> Path:
        return self._directory / f"{owner}.lock"

    def take_over(self) -> list[SendItem]:
        """The sends of processes that are gone, in their order; they are this one's now."""
        with self._cache.transaction() as database:
            owners = database.execute("SELECT DISTINCT owner FROM outbox").fetchall()
            gone = [owner for (owner,) in owners if owner != self._owner and self._is_gone(owner)]
            for owner in gone:
                database.execute(
                    "UPDATE outbox SET owner = ? WHERE owner = ?", (self._owner, owner)
                )
            rows = database.execute(
                "SELECT id, room, type, body FROM outbox WHERE owner = ? ORDER BY position",
                (self._owner,),
            ).fetchall()
        for owner in gone:
            self._file(owner).unlink(missing_ok=True)
        return [SendItem(*row) for row in rows]

    def _is_gone(self, owner: str) -> bool:
        try:
            descriptor = os.open(self._file(owner), os.O_RDWR)
        except FileNotFoundError:
            return True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        finally:
            os.close(descriptor)
        return True

    def add(self, items: Iterable[SendItem]) -> None:
        """Keep sends until `remove`."""
        rows = [(item.id, item.room, item.type, item.body, self._owner) for item in items]
        with self._cache.transaction() as database:
            database.executemany(
                "INSERT INTO outbox (id, room, type, body, owner) VALUES (?, ?, ?, ?, ?)", rows
            )

    def remove(self, ids: Iterable[bytes]) -> None:
        """Forget sends that were acknowledged or refused for good."""
        with self._cache.transaction() as database:
            database.executemany("DELETE FROM outbox WHERE id = ?", [(i,) for i in ids])

    def close(self) -> None:
        """Let go; what is left belongs to the next process."""
        with suppress(OSError):
            self._file(self._owner).unlink(missing_ok=True)
        os.close(self._lock)
