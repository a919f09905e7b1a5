"""The one writer: looks up earlier sends and commits batches, from one thread.

Rows go to the driver as tuples in one executemany a table, with statements that were compiled
once: through SQLAlchemy's own executemany a row costs twice as much (26.6 against 12.1 µs).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from operator import attrgetter
from typing import Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

from zmqchat.domain.changes import Change
from zmqchat.domain.state import Device, EarlierSend, Membership, Realm, Room, StoredEvent, User
from zmqchat.protocol.rooms import LineageStart
from zmqchat.storage import tables
from zmqchat.storage.failures import write_failures

_KEYS_PER_STATEMENT: Final = 8192  # two parameters a key; SQLite's default limit is 32,766

_TABLE_OF: Final[dict[type[Change], sa.Table]] = {
    Realm: tables.realm,
    User: tables.users,
    Device: tables.devices,
    Room: tables.rooms,
    Membership: tables.memberships,
}
"""In the order in which foreign keys want them."""


_EARLIER_SENDS: Final = """
    WITH wanted ("user", id) AS (VALUES …)
    SELECT e."user", e.id, e.room, e.seq, e.type, e.time_us, c.salt, e.digest
    FROM wanted JOIN events e ON e."user" = wanted."user" AND e.id = wanted.id
    LEFT JOIN contents c ON c.room = e.room AND c.seq = e.seq
"""
"""A join from the keys: for `(user, id) IN (VALUES …)` SQLite scans the whole log."""


class _LineageRow(NamedTuple):
    room: int
    after: int
    lineage: bytes


class _Rows:
    """A compiled INSERT and where its parameters are found in a value."""

    def __init__(self, insert: sa.Insert, dialect: sa.Dialect) -> None:
        compiled = insert.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        assert compiled.positiontup
        self._sql = str(compiled)
        self._row = attrgetter(*compiled.positiontup)

    def write(self, connection: sa.Connection, values: Iterable[object]) -> None:
        """One executemany, or nothing for no values."""
        if rows := list(map(self._row, values)):
            connection.exec_driver_sql(self._sql, rows)


class Writer:
    """Owns the one connection that writes. Used from one thread only.

    After any failure the transaction is rolled back and the next call uses a new connection.
    """

    def __init__(self, engine: sa.Engine, upsert: Callable[[sa.Table], sa.Insert]) -> None:
        self._engine = engine
        dialect = engine.dialect
        self._mark = str(sa.bindparam("any").compile(dialect=dialect))
        self._events = _Rows(sa.insert(tables.events), dialect)
        self._contents = _Rows(sa.insert(tables.contents), dialect)
        self._changes = {kind: _Rows(upsert(table), dialect) for kind, table in _TABLE_OF.items()}
        self._starts = _Rows(upsert(tables.room_lineages), dialect)
        self._written: dict[int, tuple[LineageStart, ...]] = {}
        self._connection: sa.Connection | None = None

    def earlier_sends(
        self, keys: Sequence[tuple[int, bytes]]
    ) -> dict[tuple[int, bytes], EarlierSend]:
        """The sends that are in a log already, by (user id, send id); others are left out.

        One statement up to 8,192 keys. ChatError STORAGE_FAILED when the database cannot be read.
        """
        found: dict[tuple[int, bytes], EarlierSend] = {}
        if not keys:
            return found
        with self._transaction() as connection:
            for start in range(0, len(keys), _KEYS_PER_STATEMENT):
                page = keys[start : start + _KEYS_PER_STATEMENT]
                sql = _earlier_sends(self._mark, len(page))
                rows = connection.exec_driver_sql(sql, tuple(chain.from_iterable(page)))
                for user, send_id, room, seq, kind, time_us, salt, digest in rows:
                    earlier = EarlierSend(room, seq, kind, time_us, salt or b"", digest)
                    found[user, send_id] = earlier
        return found

    def commit(self, events: Sequence[StoredEvent], changes: Sequence[Change]) -> None:
        """Writes all or nothing, on disk when it returns (as far as the durability says).

        A change replaces the value of its key; of several for one key the last one counts.
        Raises ChatError STORAGE_FAILED when nothing was written: the disk is full, an I/O error,
        another process holds the lock, or a constraint does not hold.
        """
        rooms = [change for change in changes if isinstance(change, Room)]
        starts = [row for room in rooms for row in self._new_starts(room)]
        with self._transaction() as connection:
            for kind, rows in self._changes.items():
                rows.write(connection, (change for change in changes if type(change) is kind))
            self._starts.write(connection, starts)
            self._events.write(connection, events)
            self._contents.write(connection, events)
        self._written.update((room.id, room.lineages) for room in rooms)

    def close(self) -> None:
        """Closes the connection; the last one out writes the WAL into the database."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._engine.dispose()

    def _new_starts(self, room: Room) -> Iterator[_LineageRow]:
        """A room changes with every batch, its lineages once in years: they are written once."""
        if self._written.get(room.id) != room.lineages:
            for start in room.lineages:
                yield _LineageRow(room.id, start.after, start.lineage)

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        with write_failures():
            connection = self._connection = self._connection or self._engine.connect()
            try:
                with connection.begin():
                    yield connection
            except BaseException:
                self._discard(connection)
                raise

    def _discard(self, connection: sa.Connection) -> None:
        """After a failure, whichever: a new connection is known to be good, and costs little."""
        self._connection = None
        connection.invalidate()
        connection.close()


def _earlier_sends(mark: str, keys: int) -> str:
    """The lookup of so many keys, each a pair of parameters."""
    return _EARLIER_SENDS.replace("…", ", ".join([f"({mark}, {mark})"] * keys))
