"""A profile's disk: the timelines that were received, readable offline, and branches set aside.

Several processes may use one file. A room's events are stored without holes: what does not follow
the last stored one is left out, and whoever starts next catches up from there. What was redacted is
erased here too (`secure_delete`); room keys are never stored.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from zmqchat.client.database import Damaged, Database, Layout
from zmqchat.errors import PeerError
from zmqchat.protocol import codec
from zmqchat.protocol.chain import digest_of
from zmqchat.protocol.events import Edited, Event, Redacted
from zmqchat.protocol.rooms import RoomInfo
from zmqchat.sync.timeline import Origin, Point

VERSION = 3

SCHEMA = """
CREATE TABLE rooms (
    room INTEGER PRIMARY KEY, info BLOB NOT NULL, member INTEGER NOT NULL,
    base_seq INTEGER, base_chain BLOB
);
CREATE TABLE events (
    room INTEGER NOT NULL, seq INTEGER NOT NULL, type TEXT NOT NULL, event BLOB NOT NULL,
    PRIMARY KEY (room, seq)
);
CREATE TABLE branches (
    room INTEGER NOT NULL, seq INTEGER NOT NULL, chain BLOB NOT NULL, event BLOB NOT NULL,
    PRIMARY KEY (room, seq, chain)
);
CREATE TABLE people (id INTEGER PRIMARY KEY, person BLOB NOT NULL, at_us INTEGER NOT NULL);
CREATE TABLE me (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), user INTEGER NOT NULL);
"""

_event = msgspec.msgpack.Decoder(Event)
_info = msgspec.msgpack.Decoder(RoomInfo)


class Acquaintance(msgspec.Struct, frozen=True, array_like=True):
    """Somebody who was heard of: what the person was called at `at_us`, and before."""

    id: int
    name: str
    former: tuple[str, ...]
    at_us: int


_person = msgspec.msgpack.Decoder(Acquaintance)

_LAYOUT = Layout(SCHEMA, VERSION, ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"))


class Cache:
    """One process's hold on the file; use it from one thread."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _LAYOUT)
        self.transaction = self._database.transaction
        self.clean = self._database.clean
        self.close = self._database.close

    @property
    def on_damage(self) -> Callable[[Damaged], None]:
        """Is told of damage, before whoever came upon it."""
        return self._database.on_damage

    @on_damage.setter
    def on_damage(self, tell: Callable[[Damaged], None]) -> None:
        self._database.on_damage = tell

    # ── rooms ────────────────────────────────────────────────────────────────────────────────────

    def put_room(self, info: RoomInfo) -> None:
        """Remember a room that the user is a member of, without its keys."""
        blob = codec.encode(msgspec.structs.replace(info, handle=b"", key=b""))
        with self.transaction() as database:
            database.execute(
                "INSERT INTO rooms (room, info, member) VALUES (?, ?, 1)"
                " ON CONFLICT (room) DO UPDATE SET info = excluded.info, member = 1",
                (info.room, blob),
            )

    def left_room(self, room: int) -> None:
        """The user is no longer a member; what was received stays."""
        with self.transaction() as database:
            database.execute("UPDATE rooms SET member = 0 WHERE room = ?", (room,))

    def rooms(self) -> list[RoomInfo]:
        """The rooms that the user was a member of when they were last heard of."""
        rows = self._all("SELECT info FROM rooms WHERE member = 1 ORDER BY room")
        with self._database.failing():
            return [_info.decode(row[0]) for row in rows]

    def origin(self, info: RoomInfo) -> Origin:
        """Where the room's timeline goes on: behind what is stored, or at the head."""
        self.put_room(info)
        with self.transaction() as database:
            database.execute(
                "UPDATE rooms SET base_seq = ?, base_chain = ? WHERE room = ? AND base_seq IS NULL",
                (info.seq, info.chain, info.room),
            )
        base = self._base(info.room)
        assert base is not None, "the room was put before"
        last = self._last(info.room)
        return Origin(last or base, base)

    def _base(self, room: int) -> Point | None:
        rows = self._all("SELECT base_seq, base_chain FROM rooms WHERE room = ?", room)
        return Point(int(rows[0][0]), rows[0][1]) if rows and rows[0][0] is not None else None

    def _last(self, room: int) -> Point | None:
        rows = self._all("SELECT event FROM events WHERE room = ? ORDER BY seq DESC LIMIT 1", room)
        return next((Point(event.seq, event.chain) for event in self._decoded(rows)), None)

    # ── people ───────────────────────────────────────────────────────────────────────────────────

    def put_people(self, people: Iterable[Acquaintance]) -> None:
        """Remember people, unless another process has heard something newer of them."""
        with self.transaction() as database:
            database.executemany(
                "INSERT INTO people (id, person, at_us) VALUES (?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET person = excluded.person, at_us = excluded.at_us"
                " WHERE excluded.at_us >= at_us",
                [(person.id, codec.encode(person), person.at_us) for person in people],
            )

    def person(self, user: int) -> Acquaintance | None:
        """What was heard of somebody."""
        rows = self._all("SELECT person FROM people WHERE id = ?", user)
        with self._database.failing():
            return _person.decode(rows[0][0]) if rows else None

    def people(self) -> list[Acquaintance]:
        """Everybody who was heard of."""
        rows = self._all("SELECT person FROM people ORDER BY id")
        with self._database.failing():
            return [_person.decode(row[0]) for row in rows]

    def put_me(self, user: int) -> None:
        """Remember the user's own id."""
        with self.transaction() as database:
            database.execute("INSERT OR REPLACE INTO me VALUES (1, ?)", (user,))

    def me(self) -> int:
        """The user's own id, 0 where it is not known."""
        rows = self._all("SELECT user FROM me")
        return int(rows[0][0]) if rows else 0

    # ── events ───────────────────────────────────────────────────────────────────────────────────

    def store(self, room: int, events: Sequence[Event]) -> bool:
        """Store verified events that follow what is stored, and erase what they redact.

        Whether anything was erased; `clean` then takes it out of the database's log.
        """
        with self.transaction() as database:
            last = self._last(room) or self._base(room)
            if last is None:
                return False
            new = [event for event in events if event.seq > last.seq]
            if new and new[0].seq == last.seq + 1:
                database.executemany(
                    "INSERT INTO events VALUES (?, ?, ?, ?)",
                    [(room, event.seq, event.type, codec.encode(event)) for event in new],
                )
            redacted = [(t, e.seq) for e in events if (t := _target(e, "redacted")) is not None]
            for target, at in redacted:
                self._erase(database, room, target, at)
        return bool(redacted)

    def _erase(self, database: sqlite3.Connection, room: int, target: int, at: int) -> None:
        """Erase a message and its edits, up to the redaction at `at`, here and in branches."""
        rows = self._all(
            "SELECT event FROM events WHERE room = ? AND seq BETWEEN ? AND ?"
            " AND (seq = ? OR type = 'edited')",
            *(room, target, at, target),
        )
        for event in _of_message(rows, target):
            database.execute(
                "UPDATE events SET event = ? WHERE room = ? AND seq = ?",
                (_without_content(event), room, event.seq),
            )
        rows = self._all("SELECT event FROM branches WHERE room = ? AND seq >= ?", room, target)
        for event in _of_message(rows, target):
            database.execute(
                "UPDATE branches SET event = ? WHERE room = ? AND seq = ? AND chain = ?",
                (_without_content(event), room, event.seq, event.chain),
            )

    def events(self, room: int, after: int, limit: int) -> list[Event]:
        """Stored events with seq > `after`, only if they begin at `after` + 1."""
        events = self._events(room, after, limit)
        return events if events and events[0].seq == after + 1 else []

    def _events(self, room: int, after: int, limit: int) -> list[Event]:
        rows = self._all(
            "SELECT event FROM events WHERE room = ? AND seq > ? ORDER BY seq LIMIT ?",
            room,
            after,
            limit,
        )
        return self._decoded(rows)

    def extent(self, room: int) -> tuple[int, int] | None:
        """The lowest and the highest seq stored of a room, all between them being there."""
        ends = self._all(
            "SELECT (SELECT MIN(seq) FROM events WHERE room = ?1),"
            " (SELECT MAX(seq) FROM events WHERE room = ?1)",
            room,
        )
        lowest, highest = ends[0]
        return None if lowest is None else (lowest, highest)

    def messages(self, room: int, before: int | None, limit: int) -> list[Event]:
        """Stored messages with a seq below `before`, oldest first, as they were posted."""
        rows = self._all(
            "SELECT event FROM events WHERE room = ? AND type = 'posted' AND seq < ?"
            " ORDER BY seq DESC LIMIT ?",
            room,
            2**62 if before is None else before,
            limit,
        )
        return self._decoded(reversed(rows))

    def about(self, room: int, after: int) -> list[Event]:
        """Stored events with seq > `after` that may change messages: all but plain ones."""
        rows = self._all(
            "SELECT event FROM events WHERE room = ? AND seq > ?"
            " AND (type <> 'posted' OR instr(event, CAST('reply_to' AS BLOB))) ORDER BY seq",
            room,
            after,
        )
        return self._decoded(rows)

    def chain_at(self, room: int, seq: int) -> bytes | None:
        """The chain stored for a seq, or None."""
        rows = self._all("SELECT event FROM events WHERE room = ? AND seq = ?", room, seq)
        return next((event.chain for event in self._decoded(rows)), None)

    def set_aside(self, room: int, after: int) -> None:
        """Move what is stored behind `after` apart: the server's log does not have it any more."""
        with self.transaction() as database:
            rows = self._all("SELECT event FROM events WHERE room = ? AND seq > ?", room, after)
            gone = self._decoded(rows)
            database.executemany(
                "INSERT OR IGNORE INTO branches VALUES (?, ?, ?, ?)",
                [(room, event.seq, event.chain, codec.encode(event)) for event in gone],
            )
            database.execute("DELETE FROM events WHERE room = ? AND seq > ?", (room, after))
            # A base above the fork belongs to the branch: the next run begins at the head anew.
            database.execute(
                "UPDATE rooms SET base_seq = NULL, base_chain = NULL"
                " WHERE room = ? AND base_seq > ?",
                (room, after),
            )

    def branch(self, room: int) -> list[Event]:
        """Events of a room that were set aside, by seq."""
        rows = self._all("SELECT event FROM branches WHERE room = ? ORDER BY seq", room)
        return self._decoded(rows)

    def _all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._database.all(query, *values)

    def _decoded(self, rows: Iterable[tuple[Any, ...]]) -> list[Event]:
        with self._database.failing():
            return [_event.decode(row[0]) for row in rows]


def _target(event: Event, event_type: str) -> int | None:
    """The message that an event of this type is about, where it still says so."""
    if event.type != event_type or event.erased:
        return None
    try:
        body = codec.decode_body(event.type, event.body)
    except PeerError:
        return None
    return body.target if isinstance(body, Redacted | Edited) else None


def _of_message(rows: Iterable[tuple[Any, ...]], target: int) -> Iterator[Event]:
    """Those that still hold something of the message: itself, and its edits."""
    for (blob,) in rows:
        event = _event.decode(blob)
        mine = event.seq == target or _target(event, "edited") == target
        if mine and not event.erased:
            yield event


def _without_content(event: Event) -> bytes:
    return codec.encode(msgspec.structs.replace(event, body=b"", salt=b"", digest=digest_of(event)))
