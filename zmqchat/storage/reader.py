"""Reads: each one short transaction on a pooled connection, from any thread.

Short, because SQLite's WAL grows for as long as somebody reads an old state of it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from zmqchat.domain.state import (
    Device,
    FormerName,
    Ignored,
    Membership,
    Reading,
    Realm,
    Room,
    Standing,
    Ticket,
    TicketKind,
    User,
)
from zmqchat.protocol.events import Event
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.rooms import Level, LineageStart, Role, RoomKind
from zmqchat.storage import messages
from zmqchat.storage.account import Counts, read_counts
from zmqchat.storage.failures import read_failures
from zmqchat.storage.logs import event_columns
from zmqchat.storage.messages import Detail, Page
from zmqchat.storage.tables import (
    contents,
    devices,
    events,
    former_names,
    ignored,
    memberships,
    pictures,
    readings,
    realm,
    room_lineages,
    rooms,
    tickets,
    users,
)
from zmqchat.storage.values import Followed, Snapshot, Stretch

_ROWS_AT_ONCE = 256

_stretch = sa.func.json_each(sa.bindparam("stretches")).table_valued("key", "value", name="stretch")


def _of_stretch(place: int) -> sa.ColumnElement[int]:
    path: sa.ColumnElement[str] = sa.literal_column(f"'$[{place}]'")
    return sa.func.json_extract(_stretch.c.value, path, type_=sa.BigInteger())


_rows = sa.select(_stretch.c.key, *event_columns).select_from(
    # In this order, and so in the order asked for: `test_reader` looks at the plan.
    _stretch.join(
        events,
        sa.and_(
            events.c.room == _of_stretch(0),
            events.c.seq.between(_of_stretch(1), _of_stretch(2)),
        ),
    ).outerjoin(
        contents,
        sa.and_(
            contents.c.room == events.c.room,
            contents.c.seq == events.c.seq,
            events.c.seq > _of_stretch(1),  # of the event before the first only its chain is told
        ),
    )
)

_chains = sa.select(events.c.seq, events.c.chain).where(
    events.c.room == sa.bindparam("room"),
    events.c.seq.in_(sa.bindparam("seqs", expanding=True)),
)

_devices = sa.select(devices).order_by(devices.c.id)
_ordinal = sa.select(events.c.ordinal).where(
    events.c.room == sa.bindparam("room"), events.c.seq == sa.bindparam("seq")
)
_picture = sa.select(pictures.c.data).where(pictures.c.user == sa.bindparam("user"))


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
                [Device(*device) for device in connection.execute(_devices)],
                list(_rooms(connection)),
                list(_memberships(connection)),
                [FormerName(*name) for name in connection.execute(sa.select(former_names))],
                list(_readings(connection)),
                [Ignored(*each) for each in connection.execute(sa.select(ignored))],
                list(_tickets(connection)),
            )

    def follow(self, stretches: Sequence[Stretch], max_bytes: int) -> list[Followed]:
        """What follows in each of the stretches, in one query.

        Ends before the event with which the bodies of all together would exceed `max_bytes`, and
        leaves out the stretches behind it; the first event comes however large it is. Of an erased
        one there is the digest, with no salt and body.
        """
        asked = {"stretches": json.dumps(stretches)}
        with self.reading() as connection, connection.execute(_rows, asked) as rows:
            return _followed(rows.yield_per(_ROWS_AT_ONCE), stretches, max_bytes)

    def chains(self, room: int, seqs: Sequence[int]) -> dict[int, bytes]:
        """The chain at each of `seqs` that the log has."""
        with self.reading() as connection:
            found = connection.execute(_chains, {"room": room, "seqs": list(seqs)})
            return {row.seq: row.chain for row in found}

    def messages_before(self, room: int, before: int | None, limit: int, max_bytes: int) -> Page:
        """The last `limit` messages with a seq below `before` (None: of all), folded."""
        with self.reading() as connection:
            return messages.page_before(connection, room, before, limit, max_bytes)

    def thread(self, room: int, member: int, after: int, limit: int, max_bytes: int) -> Page:
        """The thread that the message at `member` is in, folded: those with a seq above `after`.

        Its root is the first of them, and the only one where nobody answered.
        """
        with self.reading() as connection:
            return messages.thread(connection, room, member, after, limit, max_bytes)

    def pinned(self, room: int, before: int | None, max_bytes: int) -> Page:
        """The pinned messages of a room with a seq below `before` (None: all), folded; of more than
        fit the newest.
        """
        with self.reading() as connection:
            return messages.pinned(connection, room, before, max_bytes)

    def messages(self, room: int, seqs: Sequence[int], max_bytes: int) -> Page:
        """Those of the messages at `seqs` that there are, folded; of more than fit the newest."""
        with self.reading() as connection:
            return messages.listed(connection, room, seqs, max_bytes)

    def message(self, room: int, seq: int, before: int | None, max_bytes: int) -> Detail | None:
        """The message at `seq`, folded, with its edits with a seq below `before` (None: all); None
        where there is no message.
        """
        with self.reading() as connection:
            return messages.detail(connection, room, seq, before, max_bytes)

    def counts(self, user: int, rooms: Sequence[int], *, ignoring: bool = False) -> list[Counts]:
        """What the user keeps about `rooms`, with the counts that go with it, of one moment.

        `ignoring`: the user ignores somebody, whose messages are looked for.
        """
        with self.reading() as connection:
            return read_counts(connection, user, rooms, ignoring=ignoring)

    def posted_at(self, room: int, seq: int) -> int:
        """How many messages were posted up to `seq`; 0 for a seq that the log does not have."""
        with self.reading() as connection:
            return connection.execute(_ordinal, {"room": room, "seq": seq}).scalar() or 0

    def picture(self, user: int) -> bytes:
        """A user's picture; empty where there is none."""
        with self.reading() as connection:
            return connection.execute(_picture, {"user": user}).scalar() or b""

    def close(self) -> None:
        """Closes the connections; reads that are under way finish on theirs."""
        self._readers.dispose()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that cannot write; keep it for one short read."""
        with read_failures(), self._readers.connect() as connection:
            yield connection


def _followed(
    rows: Iterable[Sequence[Any]], stretches: Sequence[Stretch], max_bytes: int
) -> list[Followed]:
    found = [Followed(b"", []) for _ in stretches]
    left, first = max_bytes, True
    for row in rows:
        place, event = row[0], Event(*row[1:])
        stretch, so_far = stretches[place], found[place].events
        if event.seq == stretch.after:
            found[place] = Followed(event.chain, so_far)
            continue
        left -= len(event.body)
        if left < 0 and not first:
            return found[: place + bool(so_far)]
        first = False
        if event.seq == stretch.after + len(so_far) + 1:  # else the log has a hole, for `verify`
            so_far.append(event)
    return found


def _users(connection: sa.Connection) -> Iterator[User]:
    for row in connection.execute(sa.select(users)):
        values = row._asdict()
        values["role"] = RealmRole(row.role)
        yield User(**values)


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


def _readings(connection: sa.Connection) -> Iterator[Reading]:
    for row in connection.execute(sa.select(readings)):
        values = row._asdict()
        values["level"] = Level(row.level)
        yield Reading(**values)


def _tickets(connection: sa.Connection) -> Iterator[Ticket]:
    for row in connection.execute(sa.select(tickets).order_by(tickets.c.id)):
        values = row._asdict()
        values["kind"], values["role"] = TicketKind(row.kind), RealmRole(row.role)
        yield Ticket(**values)
