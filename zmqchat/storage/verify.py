"""Recomputes what the database claims: digests from bodies, chains from digests, heads from logs.

Then what is kept of messages, from the logs: threads, edits, reactions, pins and erasures.

Works beside a running server: every read is short, and a commit changes a room's head and its log
in one transaction, so that the two are compared in one statement. The chain covers all of an event;
a room's name and the memberships are the server's notes and are not proven by it.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain as joined
from itertools import islice
from typing import Any, Final

import sqlalchemy as sa

from zmqchat.errors import ChatError, PeerError
from zmqchat.protocol import codec
from zmqchat.protocol.chain import Chain, digest, genesis
from zmqchat.protocol.events import BODY_TYPES
from zmqchat.protocol.limits import SALT_BYTES
from zmqchat.storage.reader import Reader
from zmqchat.storage.recount import recount
from zmqchat.storage.replay import Replay
from zmqchat.storage.tables import contents, events, realm, room_lineages, rooms

_PAGE: Final = 256  # of the largest bodies: 17 MB
_KEYS: Final = 4096
_FINDINGS_PER_ROOM: Final = 20
_WRONG_TYPE: Final = (TypeError, ValueError, AttributeError, OverflowError, struct.error)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written. `seq` is 0 where it is no one event's.

    `room` is the room's name, the id of a direct one.
    """

    room: str
    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class Report:
    """How much was recomputed, and what does not agree; no findings mean that all is whole."""

    events: int
    rooms: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Realm:
    id: bytes
    lineage: bytes


def _raw(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """A column as the driver gives it: somebody may have put a value of another type there."""
    return sa.type_coerce(column, sa.types.NullType()).label(column.name)


_names = sa.select(_raw(rooms.c.id), _raw(rooms.c.name)).order_by(rooms.c.created_us, rooms.c.id)

_last = events.alias("last")
_heads = sa.select(
    *map(_raw, (rooms.c.seq, rooms.c.chain, rooms.c.posted)),
    _raw(_last.c.seq).label("last_seq"),
    _raw(_last.c.chain).label("last_chain"),
    _raw(_last.c.ordinal).label("last_ordinal"),
).select_from(
    rooms.outerjoin(
        _last,
        sa.and_(
            _last.c.room == rooms.c.id,
            _last.c.seq
            == sa.select(sa.func.max(events.c.seq))
            .where(events.c.room == rooms.c.id)
            .scalar_subquery(),
        ),
    )
)

_its_event = sa.and_(contents.c.room == events.c.room, contents.c.seq == events.c.seq)

_log = (
    sa.select(
        *map(_raw, (events.c.seq, events.c.type, events.c.sender, events.c.name, events.c.device)),
        *map(_raw, (events.c.time_us, events.c.id, events.c.digest)),
        *map(_raw, (events.c.chain, events.c.ordinal)),
        contents.c.seq.label("kept"),
        *map(_raw, (contents.c.salt, contents.c.body)),
    )
    .select_from(events.outerjoin(contents, _its_event))
    .order_by(events.c.seq)
)

_kept = (
    sa.select(_raw(contents.c.seq), _raw(events.c.seq).label("of"))
    .select_from(contents.outerjoin(events, _its_event))
    .order_by(contents.c.seq)
    .limit(_KEYS)
)


def verify(reader: Reader) -> Report:
    """Checks every room; one with more than 20 findings is not checked to its end.

    ChatError STORAGE_FAILED when not even the list of rooms can be read.
    """
    with reader.reading() as connection:
        realms = connection.execute(sa.select(_raw(realm.c.id), _raw(realm.c.lineage))).all()
        named = {row.id: str(row.name or row.id) for row in connection.execute(_names)}
    found = [Finding("", 0, what) for what in _strays(reader, set(named))]
    if len(realms) != 1:
        if realms or named:
            found.append(Finding("", 0, f"there are {len(realms)} realms instead of one"))
        return Report(0, 0, tuple(found))
    checks = [_RoomCheck(reader, _Realm(*realms[0]), *room) for room in named.items()]
    for check in checks:
        found += check.run()
    return Report(sum(check.checked for check in checks), len(checks), tuple(found))


def _beyond(query: sa.Select[Any], column: sa.Column[Any], after: Any) -> sa.Select[Any]:
    """The query from where the last page ended; after None from the very first, whatever it is."""
    return query if after is None else query.where(column > sa.literal(after, sa.types.NullType()))


def _strays(reader: Reader, known: set[int]) -> Iterator[str]:
    """Rows of rooms that do not exist, found by hopping from room to room along the key."""
    for table in (events, contents, room_lineages):
        first = sa.select(sa.func.min(_raw(table.c.room)))
        room = None
        while True:
            with reader.reading() as connection:
                room = connection.execute(_beyond(first, table.c.room, room)).scalar_one()
                stray = room not in known and not _exists(connection, room)
            if room is None:
                break
            if stray:
                yield f"the table {table.name} has rows of room {room}, which does not exist"


def _exists(connection: sa.Connection, room: Any) -> bool:
    """A server may have made the room since the rooms were listed."""
    named = _names.where(rooms.c.id == sa.literal(room, sa.types.NullType()))
    return connection.execute(named).first() is not None


class _RoomCheck:
    """The check of one room. `checked` counts the events that were recomputed."""

    def __init__(self, reader: Reader, realm: _Realm, room: int, name: str) -> None:
        self.checked = 0
        self._reader = reader
        self._realm = realm
        self._room = room
        self._name = name
        self._head = 0
        self._starts: list[int] = []
        self._chains: list[Chain] = []
        self._replay = Replay(room)

    def run(self) -> list[Finding]:
        """The findings, as far as they are worth listing."""
        found: list[Finding] = []
        try:
            for finding in islice(self._findings(), _FINDINGS_PER_ROOM):
                found.append(finding)  # noqa: PERF402 (what came before a failure counts)
        except ChatError as error:
            found.append(self._finding(0, f"it cannot be read: {error.message}"))
        except _WRONG_TYPE as error:
            found.append(self._finding(0, f"it holds what was never written: {error}"))
        if len(found) == _FINDINGS_PER_ROOM:
            found.append(self._finding(0, "more is wrong in this room; it was not checked further"))
        return found

    def _findings(self) -> Iterator[Finding]:
        whole = True
        checks = (self._check_head, self._check_lineages, self._check_log, self._check_contents)
        for finding in joined.from_iterable(check() for check in checks):
            whole = False
            yield finding
        if whole:  # what is made of a log that is not what was written means nothing
            yield from self._check_projection()

    def _finding(self, seq: int, what: str) -> Finding:
        return Finding(self._name, seq, what)

    def _check_head(self) -> Iterator[Finding]:
        with self._reader.reading() as connection:
            head = connection.execute(_heads.where(rooms.c.id == self._room)).one()
        self._head = head.seq
        if head.last_seq is None:
            if (head.seq, head.chain, head.posted) != (0, self._genesis(), 0):
                yield self._finding(0, "the log is empty, and the room's head says otherwise")
        elif head.seq != head.last_seq:
            yield self._finding(
                head.last_seq, f"this is the last event, and the room's head is {head.seq}"
            )
        elif (head.chain, head.posted) != (head.last_chain, head.last_ordinal):
            yield self._finding(head.seq, "the room's head is not that of its last event")

    def _check_lineages(self) -> Iterator[Finding]:
        query = (
            sa.select(_raw(room_lineages.c.after), _raw(room_lineages.c.lineage))
            .where(room_lineages.c.room == self._room)
            .order_by(room_lineages.c.after)
        )
        with self._reader.reading() as connection:
            lineages = connection.execute(query).all()
        if not lineages or lineages[0][0] != 0 or not self._is_current(*lineages[-1]):
            yield self._finding(0, "its lineages do not lead from its first event to the realm's")
        self._starts = [after for after, _ in lineages]
        self._chains = [Chain(self._realm.id, lineage, self._room) for _, lineage in lineages]

    def _is_current(self, after: int, lineage: bytes) -> bool:
        """Whether the next event of the room belongs to the realm's lineage."""
        return after <= self._head and lineage == self._realm.lineage

    def _check_log(self) -> Iterator[Finding]:
        """Each event against what the one before it states, so that a change shows where it is."""
        expected, chain, ordinal = 1, self._genesis(), 0
        for row in self._rows():
            self.checked += 1
            if row.seq == expected:
                faults = self._faults(row, chain, ordinal)
            else:
                yield self._finding(expected, f"the log goes on with {row.seq} instead")
                faults = self._content_faults(row)
            for what in faults:
                yield self._finding(row.seq, what)
            self._replay.add(
                row.seq, row.type, row.sender, row.time_us, row.body if row.salt else None
            )
            expected, chain, ordinal = row.seq + 1, row.chain, row.ordinal

    def _rows(self) -> Iterator[Any]:
        """The log up to the head that was seen; what comes later is a later verification's."""
        after = None
        query = _log.where(events.c.room == self._room, events.c.seq <= self._head).limit(_PAGE)
        while True:
            with self._reader.reading() as connection:
                page = connection.execute(_beyond(query, events.c.seq, after)).all()
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].seq

    def _faults(self, row: Any, chain: bytes, ordinal: int) -> Iterator[str]:
        yield from self._content_faults(row)
        try:
            follows = row.chain == self._extended(chain, row)
        except _WRONG_TYPE:
            follows = False
        if not follows:
            yield "its chain does not follow from it and the event before"
        if row.ordinal != ordinal + (row.type == "posted"):
            yield f"its count of messages is {row.ordinal} after {ordinal}"

    def _content_faults(self, row: Any) -> Iterator[str]:
        """Nothing in salt and body is none: it was erased, and the digest stands for it."""
        try:
            written = row.kept is not None and (
                (row.salt, row.body) == (b"", b"")
                or (len(row.salt) == SALT_BYTES and digest(row.body, row.salt) == row.digest)
            )
        except _WRONG_TYPE:
            written = False
        if not written:
            yield "its content is not what was written"
        elif row.body and row.type in BODY_TYPES:  # of a type that this version knows
            try:
                codec.decode_body(row.type, row.body)
            except PeerError as error:
                yield error.message

    def _extended(self, chain: bytes, row: Any) -> bytes:
        of_lineage = self._chains[bisect_left(self._starts, row.seq) - 1]
        return of_lineage.extend(
            chain,
            row.seq,
            row.sender,
            row.device,
            row.type,
            row.name,
            row.time_us,
            row.id,
            row.digest,
        )

    def _genesis(self) -> bytes:
        return genesis(self._realm.id, self._room)

    def _check_contents(self) -> Iterator[Finding]:
        after = None
        query = _kept.where(contents.c.room == self._room)
        while True:
            with self._reader.reading() as connection:
                page = connection.execute(_beyond(query, contents.c.seq, after)).all()
            for row in page:
                if row.of is None:
                    yield self._finding(row.seq, "there is content, and no such event")
            if len(page) < _KEYS:
                return
            after = page[-1].seq

    def _check_projection(self) -> Iterator[Finding]:
        """What is kept follows from the whole log as it is now, so the rest of it comes first."""
        rest = _log.where(events.c.room == self._room, events.c.seq > self._head)
        with self._reader.reading() as connection:
            for row in connection.execute(rest):
                self._replay.add(
                    row.seq, row.type, row.sender, row.time_us, row.body if row.salt else None
                )
            faults = list(islice(recount(connection, self._room, self._replay), _FINDINGS_PER_ROOM))
        for seq, what in faults:
            yield self._finding(seq, what)
