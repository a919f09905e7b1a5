"""The index file: SQLite's FTS5 over folded texts, and a row of facts for each message.

Two indexes: `grams` finds parts of words from three characters on, `words` shorter ones and the
scripts that are written without spaces. A document's number is that of its content in the
database, which rises from commit to commit: documents in falling order are the newest first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from zmqchat.search.lookup import Hits, Wanted, look_up
from zmqchat.search.text import spaced

_VERSION: Final = 4  # of the schema, and of the form that texts are folded to
_SCHEMA: Final = """
CREATE TABLE position (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    number INTEGER NOT NULL, room INTEGER NOT NULL, seq INTEGER NOT NULL, chain BLOB NOT NULL
);
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, room INTEGER NOT NULL, seq INTEGER NOT NULL,
    user INTEGER NOT NULL, time_us INTEGER NOT NULL, link INTEGER NOT NULL, text TEXT NOT NULL
);
CREATE UNIQUE INDEX documents_place ON documents (room, seq);
CREATE INDEX documents_room ON documents (room);
CREATE INDEX documents_user ON documents (user);
CREATE INDEX documents_time ON documents (time_us);
CREATE INDEX documents_link ON documents (link) WHERE link = 1;
CREATE TABLE unpurged (one INTEGER PRIMARY KEY CHECK (one = 1), begun INTEGER NOT NULL);
CREATE VIRTUAL TABLE grams USING fts5(text, content='', detail='none', tokenize='trigram');
CREATE VIRTUAL TABLE words USING fts5(
    text, content='', prefix='1 2', tokenize="unicode61 categories 'L* N* Co So'"
);
"""
_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "secure_delete=ON",
    "journal_size_limit=4194304",  # as large as the log is when it is emptied by itself
    "mmap_size=268435456",  # bytes of the file; rows of a mapped file are found in half the time
)

_DAMAGE: Final = frozenset(
    {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_CONSTRAINT,  # only writes meet it: what is there contradicts the log
    }
)

_PURGED_PAGES: Final = 100
"""What a step of a purge merges of each index: some hundredths of a second's work."""


class WrongVersion(Exception):
    """The file is an index of another version of this code: to be deleted, and built again."""


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is at fault: nothing else, and no query, is a reason to delete it."""
    code: int | None = getattr(error, "sqlite_errorcode", None)  # not there where Python raises it
    return code is not None and code & 0xFF in _DAMAGE


@dataclass(frozen=True, slots=True)
class Position:
    """How far the index has followed the log: a content's number, and what it belongs to."""

    number: int
    room: int
    seq: int
    chain: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """A message as it is searched; `text` is folded, `link` says whether it has a link."""

    number: int
    room: int
    seq: int
    user: int
    time_us: int
    link: bool
    text: str


class Index:
    """One process's hold on the file; WrongVersion, or sqlite3.Error (see `is_damage`)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = sqlite3.connect(path, isolation_level=None)
        path.chmod(0o600)
        for pragma in _PRAGMAS:
            self._database.execute(f"PRAGMA {pragma}").fetchall()
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
        if version == 0:
            with self.transaction():
                for statement in _SCHEMA.split(";\n"):
                    self._database.execute(statement)
                self._database.execute(f"PRAGMA user_version = {_VERSION}")
        elif version != _VERSION:
            self._database.close()
            raise WrongVersion

    def close(self) -> None:
        """Lets go of the file."""
        self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.rollback()
            raise
        self._database.commit()

    # ── writing ──────────────────────────────────────────────────────────────────────────────────

    @property
    def position(self) -> Position | None:
        """How far the log was followed; None before anything was."""
        row = self._database.execute("SELECT number, room, seq, chain FROM position").fetchone()
        return Position(*row) if row else None

    def advance(self, position: Position) -> None:
        """The log is followed up to here."""
        self._database.execute(
            "INSERT OR REPLACE INTO position VALUES (1, ?, ?, ?, ?)",
            (position.number, position.room, position.seq, position.chain),
        )

    def add(self, document: Document) -> None:
        """Adds a message."""
        execute = self._database.execute
        execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                document.number,
                document.room,
                document.seq,
                document.user,
                document.time_us,
                document.link,
                document.text,
            ),
        )
        number, text = document.number, document.text
        execute("INSERT INTO grams (rowid, text) VALUES (?, ?)", (number, text))
        execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number, spaced(text)))

    def remove(self, room: int, seq: int) -> Document | None:
        """Takes a message out and returns it, if it was in."""
        execute = self._database.execute
        row = execute(
            "SELECT number, room, seq, user, time_us, link, text FROM documents"
            " WHERE room = ? AND seq = ?",
            (room, seq),
        ).fetchone()
        if row is None:
            return None
        document = Document(*row)
        number, text = document.number, document.text
        execute("INSERT INTO grams (grams, rowid, text) VALUES ('delete', ?, ?)", (number, text))
        execute(
            "INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)", (number, spaced(text))
        )
        execute("DELETE FROM documents WHERE number = ?", (number,))
        return document

    def erase(self, room: int, seq: int) -> None:
        """Takes a message out, if it is in, and notes that it is to be purged."""
        if self.remove(room, seq) is not None:
            self._database.execute("INSERT OR REPLACE INTO unpurged VALUES (1, 0)")

    def purge(self) -> bool:
        """One step of making what was erased unreadable on disk too; True when nothing is left.

        FTS5 notes a removal and keeps the entries until segments are merged; so they are, a few
        pages a step. How far that is stands in the file: whoever opens it next goes on.
        """
        row = self._database.execute("SELECT begun FROM unpurged").fetchone()
        if row is None:
            return True
        (begun,) = row
        with self.transaction():
            merged = [self._merge(table, begun=begun) for table in ("grams", "words")]
            if not begun:
                self._database.execute("UPDATE unpurged SET begun = 1")
        if not begun or any(merged):
            return False
        # The merged segments are in the write-ahead log beside what they replace: both go.
        self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._database.execute("DELETE FROM unpurged")
        return True

    def _merge(self, table: str, *, begun: bool) -> bool:
        """Merges some pages; False when there were none. The first step takes in all segments."""
        before = self._database.total_changes
        self._database.execute(
            f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)",  # noqa: S608 - of purge()
            (_PURGED_PAGES if begun else -_PURGED_PAGES,),
        )
        # FTS5 says so in the number of changes, of which the command itself is one.
        return self._database.total_changes - before > 1

    # ── searching ────────────────────────────────────────────────────────────────────────────────

    def search(self, wanted: Wanted) -> Hits:
        """The newest messages that match, of the rooms that may be looked at."""
        return look_up(self._database, wanted)
