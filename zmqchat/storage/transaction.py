"""One transaction of the writer: what it looks up, and then what it writes.

It talks to the driver itself, in statements that SQLAlchemy has compiled once. For a lone message
SQLAlchemy's own execution costs more than the statements do, and in a batch twice as much a row
(26.6 against 12.1 µs).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import sqlalchemy as sa

from zmqchat.domain.changes import Change
from zmqchat.domain.projection import Erasure, Facts, Projected
from zmqchat.domain.state import (
    Device,
    EarlierSend,
    FormerName,
    Ignored,
    Membership,
    Reading,
    Realm,
    Room,
    StoredEvent,
    Ticket,
    TicketGone,
    User,
)
from zmqchat.protocol.limits import SEND_ID_BYTES
from zmqchat.protocol.rooms import LineageStart
from zmqchat.storage import tables
from zmqchat.storage.facts import read_facts
from zmqchat.storage.projection import Projection
from zmqchat.storage.rows import ManyRows, Rows

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPICursor

_KEYS_PER_STATEMENT: Final = 8192  # two parameters a key; SQLite's default limit is 32,766

_TABLE_OF: Final[dict[type[Change], sa.Table]] = {
    Realm: tables.realm,
    User: tables.users,
    FormerName: tables.former_names,
    Device: tables.devices,
    Room: tables.rooms,
    Membership: tables.memberships,
    Reading: tables.readings,
    Ignored: tables.ignored,
    Ticket: tables.tickets,
    TicketGone: tables.tickets,
}
"""In the order in which foreign keys want them."""


_GONE: Final = sa.delete(tables.tickets).where(
    tables.tickets.c.id == sa.bindparam("id"), tables.tickets.c.hash == sa.bindparam("hash")
)

_EARLIER_SENDS: Final = """
    WITH wanted (sender, id) AS (VALUES …)
    SELECT e.sender, e.id, e.room, e.seq, e.type, e.time_us, c.salt, e.digest
    FROM wanted JOIN events e ON e.sender = wanted.sender AND e.id = wanted.id
    LEFT JOIN contents c ON c.room = e.room AND c.seq = e.seq
"""
"""A join from the keys: for `(sender, id) IN (VALUES …)` SQLite scans the whole log."""

_UNKNOWN: Final = b"\xff" * (SEND_ID_BYTES + 1)
"""Above every send id: nothing is learnt of users whose highest id was never asked for."""

_NEWEST_ID: Final = "SELECT max(id) FROM events WHERE sender = …"


class _LineageRow(NamedTuple):
    room: int
    after: int
    lineage: bytes


class Statements:
    """Everything that a transaction may say to the database, compiled for its dialect.

    `begin` is the statement that begins a transaction which will write; `mark` is how the driver
    marks a parameter.
    """

    def __init__(
        self, dialect: sa.Dialect, upsert: Callable[[sa.Table], sa.Insert], begin: str
    ) -> None:
        self.begin = begin
        self.mark = str(sa.bindparam("any").compile(dialect=dialect))
        self.newest_id = _NEWEST_ID.replace("…", self.mark)
        self.events = ManyRows(sa.insert(tables.events), dialect)
        self.contents = ManyRows(sa.insert(tables.contents), dialect)
        self.changes = {
            kind: Rows(_GONE if kind is TicketGone else upsert(table), dialect)
            for kind, table in _TABLE_OF.items()
        }
        self.starts = Rows(upsert(tables.room_lineages), dialect)
        self.projection = Projection(upsert, dialect)


class Memory:
    """What the writer knows of the database without asking; made anew after any failure.

    `lineages` are those written of each room: they are new once in years. `newest` is each user's
    highest send id in the log. Send ids rise with time, so that nearly every one is higher than
    any before, and need not be looked up.
    """

    def __init__(self) -> None:
        self.lineages: dict[int, tuple[LineageStart, ...]] = {}
        self.newest: dict[int, bytes] = {}

    def learn(self, events: Iterable[StoredEvent], changes: Iterable[Change]) -> None:
        """These are on disk."""
        newest = self.newest
        for event in events:
            if newest.get(event.sender, _UNKNOWN) < event.id:
                newest[event.sender] = event.id
        for change in changes:
            if type(change) is Room:
                self.lineages[change.id] = change.lineages


class Transaction:
    """Looks up, then writes; begun by its first statement, so that an empty one costs nothing."""

    def __init__(self, cursor: DBAPICursor, statements: Statements, memory: Memory) -> None:
        self._cursor = cursor
        self._statements = statements
        self._memory = memory
        self.begun = False
        """Whether there is anything to commit."""
        self.erased = False
        """Whether contents were blanked."""
        self._events: Sequence[StoredEvent] = ()
        self._changes: Sequence[Change] = ()

    def earlier_sends(
        self, keys: Sequence[tuple[int, bytes]]
    ) -> dict[tuple[int, bytes], EarlierSend]:
        """The sends that are in a log already, by (user id, send id); others are left out.

        One statement up to 8,192 keys, and none for ids above all that their users have sent.
        """
        found: dict[tuple[int, bytes], EarlierSend] = {}
        newest = self._memory.newest
        old = [key for key in keys if key[1] <= (newest.get(key[0]) or self._newest(key[0]))]
        for start in range(0, len(old), _KEYS_PER_STATEMENT):
            page = old[start : start + _KEYS_PER_STATEMENT]
            sql = earlier_sends_sql(self._statements.mark, len(page))
            rows = self._rows(sql, tuple(chain.from_iterable(page)))
            for user, send_id, room, seq, kind, time_us, salt, digest in rows:
                found[user, send_id] = EarlierSend(room, seq, kind, time_us, salt or b"", digest)
        return found

    def facts(self, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], Facts]:
        """What the log knows of the events at these (room, seq), and of the roots of those.

        Events that the log does not have are left out.
        """
        return read_facts(self._rows, self._statements.mark, keys) if keys else {}

    def write(
        self,
        events: Sequence[StoredEvent],
        changes: Sequence[Change],
        projected: Sequence[Projected] = (),
    ) -> None:
        """Writes the batch, once a transaction.

        A change, and likewise a projected value, replaces the value of its key; of several for one
        key the last one counts. What an Erasure blanks is off the disk soon after.
        """
        self._begin_once()
        cursor, statements = self._cursor, self._statements
        for kind, values in _by_kind(changes):
            statements.changes[kind].write(cursor, values)
        statements.starts.write(cursor, self._new_starts(changes))
        statements.events.write(cursor, events)
        statements.contents.write(cursor, events)
        if projected:
            statements.projection.write(cursor, projected)
            self.erased = any(type(value) is Erasure for value in projected)
        self._events, self._changes = events, changes

    def committed(self) -> None:
        """The transaction is on disk: what was written is known from now on."""
        self._memory.learn(self._events, self._changes)

    def _newest(self, user: int) -> bytes:
        """The user's highest send id in the log, b"" where there is none."""
        newest = self._memory.newest.get(user)
        if newest is None:
            ((found,),) = self._rows(self._statements.newest_id, (user,))
            newest = self._memory.newest[user] = found or b""
        return newest

    def _new_starts(self, changes: Iterable[Change]) -> Iterator[_LineageRow]:
        for change in changes:
            if type(change) is Room and self._memory.lineages.get(change.id) != change.lineages:
                for start in change.lineages:
                    yield _LineageRow(change.id, start.after, start.lineage)

    def _rows(self, sql: str, parameters: tuple[Any, ...]) -> Sequence[Any]:
        self._begin_once()
        self._cursor.execute(sql, parameters)
        return self._cursor.fetchall()

    def _begin_once(self) -> None:
        if not self.begun:
            self.begun = True
            self._cursor.execute(self._statements.begin)


def _by_kind(changes: Iterable[Change]) -> Iterator[tuple[type[Change], list[Change]]]:
    """The changes of each kind, in the order of `_TABLE_OF`."""
    of: dict[type[Change], list[Change]] = {}
    for change in changes:
        of.setdefault(type(change), []).append(change)
    if len(of) == 1:
        yield from of.items()
    else:
        yield from ((kind, of[kind]) for kind in _TABLE_OF if kind in of)


def earlier_sends_sql(mark: str, keys: int) -> str:
    """The lookup of so many keys, each a pair of parameters."""
    return _EARLIER_SENDS.replace("…", ", ".join([f"({mark}, {mark})"] * keys))
