"""The index file: SQLite's FTS5 over folded texts, and a row of facts for each message.

Two indexes: `grams` finds parts of words from three characters on, `words` shorter ones and the
scripts that are written without spaces. A document's number is that of its content in the
database, which rises from commit to commit: documents in falling order are the newest first.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from zmqchat.search.query import Query
from zmqchat.search.text import gram_match, is_short, spaced, word_match

_VERSION: Final = 1
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
CREATE TABLE unpurged (one INTEGER PRIMARY KEY CHECK (one = 1));
CREATE VIRTUAL TABLE grams USING fts5(text, content='', tokenize='trigram');
CREATE VIRTUAL TABLE words USING fts5(
    text, content='', prefix='1 2', tokenize="unicode61 categories 'L* N* Co So'"
);
"""
_OPTIMIZE: Final = (
    "INSERT INTO grams (grams) VALUES ('optimize')",
    "INSERT INTO words (words) VALUES ('optimize')",
)
_MOST_ROWS: Final = 50_000
"""Candidates that one answer looks at; what is left comes with the next page."""


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


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query, and the rooms it may look at; only `user`'s messages (0: everybody's).

    Documents below `before` are looked at (0: all), and at most `limit` are found.
    """

    query: Query
    rooms: tuple[int, ...]
    user: int = 0
    before: int = 0
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a message is that was found, and the number of its document."""

    number: int
    room: int
    seq: int


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found, newest first; `next` goes on behind it (0: that is all)."""

    found: tuple[Hit, ...]
    next: int


class Index:
    """One process's hold on the file; sqlite3.Error when it is broken (delete it, then)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database = sqlite3.connect(path, isolation_level=None)
        path.chmod(0o600)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
            self._database.execute(f"PRAGMA {pragma}").fetchall()
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
        if version == 0:
            with self.transaction():
                for statement in _SCHEMA.split(";\n"):
                    self._database.execute(statement)
                self._database.execute(f"PRAGMA user_version = {_VERSION}")
        elif version != _VERSION:
            raise sqlite3.DatabaseError(f"the index has version {version}")

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
            self._database.execute("INSERT OR IGNORE INTO unpurged VALUES (1)")

    def purge(self) -> None:
        """Makes what was erased unreadable on disk too, if anything was.

        FTS5 notes a removal and keeps the entries until segments are merged; so they are. That
        something is to be purged is in the file: whoever opens it next goes on.
        """
        if self._database.execute("SELECT 1 FROM unpurged").fetchone() is None:
            return
        with self.transaction():
            for optimize in _OPTIMIZE:
                self._database.execute(optimize)
        # The merged segments are in the write-ahead log beside what they replace: both go.
        self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._database.execute("DELETE FROM unpurged")

    # ── searching ────────────────────────────────────────────────────────────────────────────────

    def search(self, wanted: Wanted) -> Hits:
        """The newest messages that match, of the rooms that may be looked at."""
        found: list[Hit] = []
        for looked, (number, room, seq, text) in enumerate(self._candidates(wanted), 1):
            if all(term in text for term in wanted.query.terms):
                found.append(Hit(number, room, seq))
            if len(found) == wanted.limit or looked == _MOST_ROWS:
                return Hits(tuple(found), number)
        return Hits(tuple(found), 0)

    def _candidates(self, wanted: Wanted) -> Iterable[tuple[int, int, int, str]]:
        """Number, room, seq and text of what the indexes and filters leave, newest first."""
        query = wanted.query
        filters: list[tuple[str, object]] = [
            ("d.room IN (SELECT value FROM json_each(?))", json.dumps(wanted.rooms))
        ]
        source, newest = "documents d", "d.number"
        if match := _match(query):
            # CROSS: SQLite must begin with the index, which gives its rows in order.
            table, expression = match
            source = f"{table} f CROSS JOIN documents d ON d.number = f.rowid"
            newest = "f.rowid"
            filters.insert(0, (f"{table} MATCH ?", expression))
        filters += [(f"{newest} < ?", wanted.before)] if wanted.before else []
        filters += [("d.user = ?", wanted.user)] if wanted.user else []
        filters += [("d.time_us >= ?", query.after_us)] if query.after_us is not None else []
        filters += [("d.time_us < ?", query.before_us)] if query.before_us is not None else []
        filters += [("d.link = ?", 1)] if query.has_link else []
        conditions = " AND ".join(condition for condition, _ in filters)
        return self._database.execute(
            # Only the conditions above are put together; every value is a parameter.
            f"SELECT d.number, d.room, d.seq, d.text FROM {source}"  # noqa: S608
            f" WHERE {conditions} ORDER BY {newest} DESC",
            [value for _, value in filters],
        )


def _match(query: Query) -> tuple[str, str] | None:
    """The index that narrows most and what to ask of it; None: neither can say it."""
    if long := [term for term in query.terms if not is_short(term)]:
        return "grams", gram_match(long)
    words = word_match(list(query.terms))
    return ("words", words) if words else None
