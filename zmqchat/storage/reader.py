"""Reads: each one short transaction on a pooled connection, from any thread.

Short, because SQLite's WAL grows for as long as somebody reads an old state of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import starmap
from typing import Final

import sqlalchemy as sa

from zmqchat.domain.state import (
    Device,
    Membership,
    Realm,
    RealmRole,
    Room,
    Standing,
    User,
)
from zmqchat.protocol.events import Event
from zmqchat.protocol.rooms import LineageStart, Role, RoomKind
from zmqchat.storage.failures import read_failures
from zmqchat.storage.tables import (
    contents,
    devices,
    events,
    memberships,
    realm,
    room_lineages,
    rooms,
    users,
)
from zmqchat.storage.values import Snapshot

_NOTHING: Final = sa.literal(b"", sa.LargeBinary())

_logs = sa.select(
    # An Event's fields in their order; the digest travels only when the content does not.
    events.c.seq,
    events.c.type,
    events.c.sender,
    events.c.device,
    events.c.time_us,
    events.c.id,
    sa.func.coalesce(contents.c.body, _NOTHING),
    sa.func.coalesce(contents.c.salt, _NOTHING),
    sa.case((contents.c.salt.is_(None), events.c.digest), else_=_NOTHING),
    events.c.chain,
).select_from(
    events.outerjoin(
        contents, sa.and_(contents.c.room == events.c.room, contents.c.seq == events.c.seq)
    )
)

_after = (
    _logs.where(events.c.room == sa.bindparam("room"), events.c.seq > sa.bindparam("after"))
    .order_by(events.c.seq)
    .limit(sa.bindparam("limit"))
)

_posted = (
    _logs.where(events.c.room == sa.bindparam("room"), events.c.type == "posted")
    .order_by(events.c.seq.desc())
    .limit(sa.bindparam("limit"))
)
_posted_before = _posted.where(events.c.seq < sa.bindparam("before"))

_chains = sa.select(events.c.seq, events.c.chain).where(
    events.c.room == sa.bindparam("room"),
    events.c.seq.in_(sa.bindparam("seqs", expanding=True)),
)


class Reader:
    """What is in a database, read in pages. Safe to use from any thread.

    Every method raises ChatError STORAGE_FAILED when the database cannot be read.
    """

    def __init__(self, readers: sa.Engine) -> None:
        self._readers = readers

    def load(self) -> Snapshot | None:
        """Everything but the logs, in one transaction; None where there is no realm yet."""
        with self.reading() as connection:
            row = connection.execute(sa.select(realm)).one_or_none()
            if row is None:
                return None
            return Snapshot(
                Realm(*row),
                list(_users(connection)),
                [Device(*device) for device in connection.execute(sa.select(devices))],
                list(_rooms(connection)),
                list(_memberships(connection)),
            )

    def events(self, room: int, after: int, limit: int, max_bytes: int) -> list[Event]:
        """Up to `limit` events with a seq above `after`, in order.

        Ends before the event with which the bodies would exceed `max_bytes`; the first event
        comes however large it is. Of an erased one there is the digest, with no salt and body.
        """
        page = {"room": room, "after": after, "limit": limit}
        with self.reading() as connection, connection.execute(_after, page) as rows:
            return list(_bounded(starmap(Event, rows), max_bytes))

    def chains(self, room: int, seqs: Sequence[int]) -> dict[int, bytes]:
        """The chain at each of `seqs` that the log has."""
        with self.reading() as connection:
            found = connection.execute(_chains, {"room": room, "seqs": list(seqs)})
            return {row.seq: row.chain for row in found}

    def posted_before(self, room: int, before: int | None, limit: int) -> tuple[list[Event], bool]:
        """The last `limit` messages with a seq below `before` (None: of all), oldest first.

        The second value says whether there are older ones. Erased messages are among them.
        """
        query = _posted if before is None else _posted_before
        values = {"room": room, "limit": limit + 1} | ({} if before is None else {"before": before})
        with self.reading() as connection:
            found = list(starmap(Event, connection.execute(query, values)))
        return found[:limit][::-1], len(found) > limit

    def close(self) -> None:
        """Closes the connections; reads that are under way finish on theirs."""
        self._readers.dispose()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that cannot write; keep it for one short read."""
        with read_failures(), self._readers.connect() as connection:
            yield connection


def _bounded(found: Iterable[Event], max_bytes: int) -> Iterator[Event]:
    left = max_bytes
    first = True
    for event in found:
        left -= len(event.body)
        if left < 0 and not first:
            return
        yield event
        first = False


def _users(connection: sa.Connection) -> Iterator[User]:
    for row in connection.execute(sa.select(users)):
        yield User(
            row.id, row.name, row.skeleton, RealmRole(row.role), row.handle, row.key, row.created_us
        )


def _rooms(connection: sa.Connection) -> Iterator[Room]:
    starts: defaultdict[int, list[LineageStart]] = defaultdict(list)
    in_order = sa.select(room_lineages).order_by(room_lineages.c.room, room_lineages.c.after)
    for room, after, lineage in connection.execute(in_order):
        starts[room].append(LineageStart(after, lineage))
    for row in connection.execute(sa.select(rooms)):
        values = row._asdict()
        values["kind"] = RoomKind(row.kind)
        yield Room(**values, lineages=tuple(starts[row.id]))


def _memberships(connection: sa.Connection) -> Iterator[Membership]:
    for row in connection.execute(sa.select(memberships)):
        yield Membership(row.room, row.user, Role(row.role), Standing(row.standing), row.since_us)
