"""Looking something up in the index: beginning where the fewest messages are, in bounded steps.

What a query asks is answered from one source, an index that holds the numbers of the messages that
meet one of its conditions; the other conditions are looked at message by message. Which source is
the narrowest is found out by counting, and nobody counts far.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from zmqchat.search.query import Query, holds
from zmqchat.search.text import gram_match, is_short, word_match

_MOST_ROWS: Final = 50_000
"""Candidates that one answer looks at; what is left comes with the next page."""

_FEW: Final = 20_000
"""So many are sorted, if need be, in a hundredth of a second."""

_BEFORE_ALL: Final = 2**63 - 1


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
    """What was found, newest first; `next` goes on behind it (0: that is all).

    `behind` is how much of the log could not be looked at, in events, at most: it is not in the
    index yet.
    """

    found: tuple[Hit, ...]
    next: int
    behind: int = 0


@dataclass(frozen=True, slots=True)
class _Source:
    """Messages that meet a condition: tables with `f`, whose rowids are their numbers.

    Where they do not come in the order of their numbers, they are sorted first.
    """

    tables: str
    condition: str
    values: tuple[object, ...] = ()
    in_order: bool = True


_ALL: Final = _Source("documents f", "TRUE")


def look_up(database: sqlite3.Connection, wanted: Wanted) -> Hits:
    """The newest messages that match, of the rooms that may be looked at."""
    found: list[Hit] = []
    for looked, (number, room, seq, text) in enumerate(_candidates(database, wanted), 1):
        if text is not None and holds(wanted.query, text):
            found.append(Hit(number, room, seq))
        if len(found) == wanted.limit or looked == _MOST_ROWS:
            return Hits(tuple(found), number)
    return Hits(tuple(found), 0)


def _candidates(
    database: sqlite3.Connection, wanted: Wanted
) -> Iterator[tuple[int, int, int, str | None]]:
    """Number, room, seq of what the narrowest source has, newest first; the text where it passes.

    What does not pass comes too, so that whoever looks can stop after so many and say where.
    """
    source = _narrowest(database, wanted)
    filters = list(_filters(wanted))
    passes = " AND ".join(condition for condition, _ in filters)
    return database.execute(
        # Only the conditions are put together; every value is a parameter. CROSS: begin with f.
        f"SELECT d.number, d.room, d.seq, CASE WHEN {passes} THEN d.text END"  # noqa: S608
        f" FROM {source.tables} CROSS JOIN documents d ON d.number = f.rowid"
        f" WHERE {source.condition} AND f.rowid < ? ORDER BY f.rowid DESC",
        [*(value for _, value in filters), *source.values, wanted.before or _BEFORE_ALL],
    )


def _narrowest(database: sqlite3.Connection, wanted: Wanted) -> _Source:
    """The source with the fewest messages, where one has few; else one that is in order."""
    matched = _matched(wanted.query)
    filtered = list(_filtered(wanted))
    counted = [(_count(database, source, _FEW + 1), source) for source in filtered]
    fewest, narrowest = min(counted, key=lambda pair: pair[0], default=(_FEW + 1, _ALL))
    if matched is not None and _count(database, matched, fewest) < fewest:
        return matched
    if fewest <= _FEW:
        return narrowest
    in_order = [source for source in filtered if source.in_order]
    return matched or next(iter(in_order), _ALL)


def _count(database: sqlite3.Connection, source: _Source, most: int) -> int:
    (count,) = database.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM {source.tables}"  # noqa: S608 - as above
        f" WHERE {source.condition} LIMIT ?)",
        [*source.values, most],
    ).fetchone()
    return int(count)


def _matched(query: Query) -> _Source | None:
    """Texts that may have the terms, by the index that narrows most; None: neither can say it."""
    if long := [term for term in query.terms if not is_short(term)]:
        return _Source("grams f", "grams MATCH ?", (gram_match(long),))
    words = word_match(list(query.terms))
    return _Source("words f", "words MATCH ?", (words,)) if words else None


def _filtered(wanted: Wanted) -> Iterator[_Source]:
    """A source for each filter."""
    query, rooms = wanted.query, wanted.rooms
    if wanted.user:
        yield _Source("documents f INDEXED BY documents_user", "f.user = ?", (wanted.user,))
    if query.has_link:
        yield _Source("documents f INDEXED BY documents_link", "f.link = 1")
    if len(rooms) == 1:
        yield _Source("documents f INDEXED BY documents_room", "f.room = ?", rooms)
    else:
        tables = "json_each(?) r CROSS JOIN documents f INDEXED BY documents_room"
        yield _Source(tables, "f.room = r.value", (json.dumps(rooms),), in_order=False)
    if (query.after_us, query.before_us) != (None, None):
        tables = "documents f INDEXED BY documents_time"
        times = (query.after_us or 0, _end_us(query))
        yield _Source(tables, "f.time_us >= ? AND f.time_us < ?", times, in_order=False)


def _filters(wanted: Wanted) -> Iterator[tuple[str, object]]:
    """What a message must be, whatever source it comes from: conditions, each with its value."""
    query = wanted.query
    yield "d.room IN (SELECT value FROM json_each(?))", json.dumps(wanted.rooms)
    if wanted.user:
        yield "d.user = ?", wanted.user
    if query.has_link:
        yield "d.link = ?", 1
    if query.after_us is not None:
        yield "d.time_us >= ?", query.after_us
    if query.before_us is not None:
        yield "d.time_us < ?", query.before_us


def _end_us(query: Query) -> int:
    return _BEFORE_ALL if query.before_us is None else query.before_us
