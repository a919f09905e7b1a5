"""One process's file of the outbox: its sends, each with a checksum, until they are settled.

A name belongs to the process that holds the lock on `NAME.lock`; the system lets go of it however
the process dies. `NAME.db` is there from the first send on, and so never before the lock is held.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from zlib import crc32

import msgspec

from zmqchat.client.database import Damaged, Database, Layout, beside, mark_of, move_aside
from zmqchat.errors import ChatError, Code
from zmqchat.protocol import codec
from zmqchat.protocol.requests import SendItem
from zmqchat.runtime.files import sync

Row = tuple[int, bytes, int]
"""Position, the send as it travels, and its checksum."""

TABLE = "sends"
COLUMNS = ("position", "send", "checksum")
LAYOUT = Layout(
    "CREATE TABLE sends (position INTEGER PRIMARY KEY, send BLOB NOT NULL, checksum INTEGER);\n",
    1,
    # Nobody else opens it while its process lives: no lock is taken twice, and no file is shared.
    ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"),
)

_item = msgspec.msgpack.Decoder(SendItem)


def row_of(position: int, item: SendItem) -> Row:
    """A send as it is kept."""
    send = codec.encode(item)
    return position, send, crc32(send)


def send_of(send: object, checksum: object) -> SendItem | None:
    """A send that was kept, or None where it is not what was written."""
    if not isinstance(send, bytes) or crc32(send) != checksum:
        return None
    with suppress(msgspec.MsgspecError):
        return _item.decode(send)
    return None


class OutboxFile:
    """A file that this process owns: of its own name, or of a process that is gone."""

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self._lock = lock
        self._database: Database | None = None

    def exists(self) -> bool:
        """Whether anything was ever put into it."""
        return self.path.exists()

    def read(self) -> list[Row]:
        """What is in it, in order; Damaged where it cannot be read."""
        if not self.exists():
            return []
        if self._lost_its_head():
            raise Damaged(Code.STORAGE_FAILED, f"{self.path} is empty, and its log is not.")
        return self._open().all(f"SELECT {', '.join(COLUMNS)} FROM {TABLE} ORDER BY position")  # noqa: S608

    def _lost_its_head(self) -> bool:
        """SQLite throws the log of an empty file away, and never leaves one beside it itself."""
        log, _ = beside(self.path)
        return not self.path.stat().st_size and log.exists() and log.stat().st_size > 0

    def add(self, rows: Iterable[Row]) -> None:
        """Keep rows: they are on the disk when this returns."""
        with self._open().transaction() as database:
            database.executemany("INSERT OR REPLACE INTO sends VALUES (?, ?, ?)", rows)

    def remove(self, positions: Iterable[int]) -> None:
        """Forget rows. If power fails they may be back: the server knows a send by its id."""
        database = self._open()
        with database.failing():
            database.pragma("synchronous=NORMAL")
        try:
            with database.transaction() as connection:
                connection.executemany(
                    "DELETE FROM sends WHERE position = ?", [(each,) for each in positions]
                )
        finally:
            with database.failing():
                database.pragma("synchronous=FULL")

    def clean(self) -> None:
        """Leave no copy of what was removed."""
        if self._database is not None:
            self._database.clean()

    def _open(self) -> Database:
        if self._database is None:
            self._database = Database(self.path, LAYOUT)
            sync(self.path.parent)
        return self._database

    def _shut(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    def close(self) -> None:
        """Let go of it: whoever is next takes over what is in it."""
        self._shut()
        with suppress(OSError):
            _lock_of(self.path).unlink(missing_ok=True)
        os.close(self._lock)

    def discard(self) -> None:
        """Remove it, with everything in it."""
        self._shut()
        with suppress(OSError):
            for path in (self.path, *beside(self.path), mark_of(self.path)):
                path.unlink(missing_ok=True)
        self.close()

    def set_aside(self) -> Path:
        """Keep it for whoever wants to look at it, under a name where nobody takes it over."""
        self._shut()
        try:
            return move_aside(self.path)
        finally:
            self.close()


def _lock_of(path: Path) -> Path:
    return path.with_suffix(".lock")


def claim(directory: Path) -> OutboxFile:
    """A file of this process's own, not there yet; ChatError(STORAGE_FAILED) where none can be."""
    try:
        directory.mkdir(mode=0o700, exist_ok=True)
        while True:
            path = directory / f"{secrets.token_hex(8)}.db"
            lock = _locked(_lock_of(path), os.O_CREAT | os.O_EXCL)
            if lock is not None:
                return OutboxFile(path, lock)
    except OSError as error:
        raise ChatError(
            Code.STORAGE_FAILED,
            f"The profile's outbox {directory} cannot be used: {error.strerror}. What was "
            "acknowledged is safe on the server; see that the disk has room, and try again.",
        ) from None


def abandoned(directory: Path, refused: Callable[[Path, OSError], None]) -> Iterator[OutboxFile]:
    """The files of processes that are gone; they are this one's now.

    `refused` is told of one that this process may not have (it is another user's, perhaps).
    """
    for path in sorted(directory.glob("*.db")):
        try:
            lock = _locked(_lock_of(path), os.O_CREAT)
        except OSError as error:
            refused(path, error)
            continue
        if lock is not None:
            yield OutboxFile(path, lock)
    for path in directory.glob("*.lock"):  # of those who died before they sent anything
        if not path.with_suffix(".db").exists():
            _sweep(path)


def _sweep(path: Path) -> None:
    with suppress(OSError):
        lock = _locked(path, 0)
        if lock is not None:
            path.unlink(missing_ok=True)
            os.close(lock)


def _locked(path: Path, flags: int) -> int | None:
    """The lock's descriptor, or None where another holds it or has just removed it."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | flags, 0o600)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(descriptor).st_nlink:
            return descriptor
    except BlockingIOError:
        pass
    except OSError:  # a file system without locks: nobody's claim can be told from another's
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None
