"""SQLite: the one file that knows its pragmas, its locks, its files and its online backup.

WAL, so that readers and the writer do not wait for each other. The modes that matter are set on
every connection, since SQLite keeps most of them with the connection and not with the file.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from zmqchat.errors import Code, Unavailable
from zmqchat.runtime.files import free_bytes
from zmqchat.storage.engines.sqlite_room import SqlitePlace
from zmqchat.storage.engines.sqlite_wal import WalTruncation
from zmqchat.storage.values import Durability

BESIDE: Final = ("-wal", "-shm")
"""What the names of the files end in that SQLite keeps beside an open database."""

_MAGIC: Final = b"SQLite format 3\0"

_BUSY_S: Final = 5
"""How long a statement waits for another process's write lock, in seconds."""

_PAGE_BYTES: Final = 8192
"""Of a new database: a body of 40 KB costs 0.8 times what it does in pages of 4,096 bytes, and a
short message the same."""

_CHECKPOINT_PAGES: Final = 4000  # p99 of a commit 1.4 ms, against 7.5 ms at SQLite's own 1,000
_WAL_KEPT_BYTES: Final = 64 * 1024 * 1024  # a WAL that a long read made larger shrinks to this
_BACKUP_PAGES: Final = 1024  # a step of 8 MiB: between steps Ctrl+C is heard

_OPENING_BYTES: Final = 128 * 1024
"""More than a start writes: 32 KiB of -shm, a page or two of log, and what a file system rounds."""

_VAGUE: Final = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_BUSY})

_SYNCHRONOUS: Final = {Durability.FULL: "FULL", Durability.RELAXED: "NORMAL"}


class FileClaim:
    """An advisory lock on a file beside the database; the kernel drops it with the process."""

    def __init__(self, database: Path) -> None:
        path = database.with_name(database.name + ".lock")
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise Unavailable(
                Code.DATA_DIRECTORY,
                f"{database} is in use by another process; nothing was changed; "
                "stop that server first, or name another data directory",
            ) from None

    def close(self) -> None:
        """Lets the next one in; a second time it does nothing."""
        self._file.close()


class SqliteBackend:
    """A database file. Made 0600 in a 0700 directory; -wal and -shm take the file's mode."""

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()

    @property
    def name(self) -> str:
        """The file's path."""
        return str(self._path)

    @property
    def exists(self) -> bool:
        """Whether the file is there and not empty.

        An empty one is never opened to be read: SQLite would delete the log beside it.
        """
        return self._path.is_file() and self._path.stat().st_size > 0

    @property
    def log_left(self) -> Path | None:
        """A write-ahead log that holds something; beside a lost database, its last changes."""
        log = self._path.with_name(self._path.name + BESIDE[0])
        return log if log.is_file() and log.stat().st_size > 0 else None

    @property
    def begin(self) -> str:
        """IMMEDIATE, so that no transaction fails halfway because another one has the lock."""
        return "BEGIN IMMEDIATE"

    def claim(self) -> FileClaim:
        """Makes the directory where it is missing, and locks out a second server."""
        directory = self._path.parent
        with _usable(directory):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            _refuse_foreign(directory)
            return FileClaim(self._path)

    def writer(self, durability: Durability) -> sa.Engine:
        """Makes the file where it is missing."""
        with _usable(self._path.parent):
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        pragmas = (
            f"page_size = {_PAGE_BYTES}",  # before the first table, else it means nothing
            f"synchronous = {_SYNCHRONOUS[durability]}",
            "foreign_keys = ON",
            "secure_delete = ON",
            f"wal_autocheckpoint = {_CHECKPOINT_PAGES}",
            f"journal_size_limit = {_WAL_KEPT_BYTES}",
        )
        engine = self._engine(pragmas, self.begin, pool_size=1, max_overflow=0)
        sa.event.listen(engine, "connect", self._use_wal)
        return engine

    def readers(self) -> sa.Engine:
        """Up to 8 connections are kept; more are opened when more threads read at once."""
        return self._engine(("query_only = ON",), "BEGIN", pool_size=8, max_overflow=-1)

    def lone_reader(self) -> sa.Engine:
        """With the file to itself, SQLite keeps the index of its log in memory: no -shm is made."""
        pragmas = ("locking_mode = EXCLUSIVE", "query_only = ON")
        return self._engine(pragmas, "BEGIN", pool_size=1, max_overflow=0)

    def close_lone(self, readers: sa.Engine) -> None:
        """Takes the one connection out of the pool, and lets none be made after it."""
        last = readers.raw_connection()
        sa.event.listen(readers, "connect", _closed)
        last.invalidate()
        last.close()
        readers.dispose()

    def is_full(self, error: BaseException) -> bool:
        """Opening fails otherwise than a write: the -shm cannot be extended, no file be made, or a
        reader that needs no -shm has the database to itself.
        """
        failure = error.orig if isinstance(error, sa.exc.DBAPIError) else error
        code = getattr(failure, "sqlite_errorcode", None)
        if code is None:
            return False
        if code & 0xFF == sqlite3.SQLITE_FULL:
            return True
        return code & 0xFF in _VAGUE and free_bytes(self._path.parent)[0] < _OPENING_BYTES

    def place(self) -> SqlitePlace:
        """The file system of the file."""
        return SqlitePlace(self._path)

    def eraser(self) -> WalTruncation:
        """The write-ahead log keeps what was overwritten, until it is emptied."""
        return WalTruncation(self._path)

    def upsert(self, table: sa.Table) -> sa.Insert:
        """INSERT … ON CONFLICT (primary key) DO UPDATE of all other columns."""
        insert = sqlite.insert(table)
        replaced = {c.name: insert.excluded[c.name] for c in table.c if not c.primary_key}
        return insert.on_conflict_do_update(index_elements=table.primary_key, set_=replaced)

    def copy_to(self, target: Path) -> None:
        """SQLite's online backup from one read snapshot.

        The snapshot is held from the first page to the last. Without it SQLite starts again
        whenever another connection commits, and beside a busy server never comes to an end. The
        price is a WAL that grows meanwhile by what the server writes.
        """
        try:
            os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            with closing(_plain(self._path)) as source, closing(_plain(target)) as copy:
                source.execute("BEGIN")
                source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
                source.backup(copy, pages=_BACKUP_PAGES, sleep=0)
                source.execute("ROLLBACK")
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, no -wal beside it
        except (OSError, sqlite3.Error) as error:
            raise Unavailable(
                Code.STORAGE_FAILED,
                f"the database {self._path} could not be copied ({error}); it is unchanged, and "
                "no copy was left; check the free space and the permissions at the target",
            ) from error

    def _engine(
        self, pragmas: tuple[str, ...], begin: str, *, pool_size: int, max_overflow: int
    ) -> sa.Engine:
        engine = sa.create_engine(
            sa.URL.create("sqlite", database=str(self._path)),
            poolclass=QueuePool,
            pool_size=pool_size,
            max_overflow=max_overflow,
            connect_args={"timeout": _BUSY_S, "check_same_thread": False},
        )

        def connected(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
            connection.isolation_level = None  # transactions begin where we say, reads included
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}")

        sa.event.listen(engine, "connect", connected)
        sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine

    def _use_wal(self, connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise Unavailable(
                Code.DATA_DIRECTORY,
                f"the file system of {self._path} cannot hold a write-ahead log; nothing was "
                "changed; put the data directory on a local disk",
            )


def glance(path: Path, query: str) -> object:
    """The first value that `query` finds in a file which nobody writes; None where that fails.

    Nothing is written for it, neither in the file nor beside it.
    """
    try:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                return None
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as database:
            row = database.execute(query).fetchone()
    except (OSError, sqlite3.Error):
        return None
    return row[0] if row else None


def _closed(_connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    raise sa.exc.InvalidRequestError("the database is being opened anew")


def _plain(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)


@contextmanager
def _usable(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(
            Code.DATA_DIRECTORY,
            f"the data directory {directory} cannot be used: {error.strerror}; "
            "nothing was changed; check the path and its permissions",
        ) from error


def _refuse_foreign(directory: Path) -> None:
    """Even root: its files would lock the owner out of a directory of his own."""
    if directory.stat().st_uid != os.geteuid():
        raise Unavailable(
            Code.DATA_DIRECTORY,
            f"the data directory {directory} belongs to another user; nothing was changed; "
            "run as that user, or name another data directory",
        )
