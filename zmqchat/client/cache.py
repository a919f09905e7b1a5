"""A profile's disk: the timelines that were received, readable offline, and branches set aside.

Several processes may use one file. A room's events are stored without holes: what does not follow
the last stored one is left out, and whoever starts next catches up from there. What was redacted is
erased here too (`secure_delete`); room keys are never stored.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from zmqchat.errors import ChatError, Code, PeerError
from zmqchat.protocol import codec
from zmqchat.protocol.chain import digest_of
from zmqchat.protocol.events import Edited, Event, Redacted
from zmqchat.protocol.rooms import RoomInfo
from zmqchat.sync.timeline import Origin, Point

VERSION = 1

_BUSY_S = 15.0
_SCHEMA = """
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
CREATE TABLE outbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, room INTEGER NOT NULL,
    type TEXT NOT NULL, body BLOB NOT NULL, owner TEXT NOT NULL
);
"""

_event = msgspec.msgpack.Decoder(Event)
_info = msgspec.msgpack.Decoder(RoomInfo)


class Damaged(ChatError):
    """The file is no database any more, or holds what no database of this kind does."""


def move_aside(path: Path) -> Path:
    """Puts a damaged file where it is in nobody's way; returns its new place."""
    aside = next(
        aside
        for number in count(1)
        if not (aside := path.with_name(f"{path.name}.damaged-{number}")).exists()
    )
    try:
        path.replace(aside)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    except OSError as error:
        raise ChatError(
            Code.STORAGE_FAILED,
            f"The damaged file {path} cannot be moved away: {error.strerror}.",
        ) from None
    return aside


class Cache:
    """One process's hold on the file; use it from one thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._failing():
            self._database = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
        try:
            with self._failing():
                self._prepare()
        except BaseException:
            self._database.close()
            raise

    def _prepare(self) -> None:
        self._path.chmod(0o600)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
            self._database.execute(f"PRAGMA {pragma}").fetchall()
        with self.transaction():
            (version,) = self._database.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in _SCHEMA.split(";\n"):
                    self._database.execute(statement)
                self._database.execute(f"PRAGMA user_version = {VERSION}")
            elif version != VERSION:
                raise ChatError(
                    Code.BAD_PROFILE,
                    f"{self._path} was written by another version of zmqchat. Nothing was changed; "
                    "use that version.",
                )

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            if type(error) is sqlite3.DatabaseError:  # "not a database", "malformed"
                raise self._damaged(error) from None
            raise ChatError(
                Code.STORAGE_FAILED,
                f"The profile's file {self._path} cannot be used: {error}. What was acknowledged "
                "is safe on the server; see that the disk has room.",
            ) from None

    def _damaged(self, error: sqlite3.DatabaseError) -> ChatError:
        return Damaged(
            Code.STORAGE_FAILED,
            f"The profile's file {self._path} is damaged ({error}). What was acknowledged is safe "
            "on the server; move the file away, and what was received comes again from there.",
        )

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction, whole or not at all; ChatError(STORAGE_FAILED) where it fails."""
        with self._failing():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.rollback()
                raise
            self._database.commit()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

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
        event = _event.decode(rows[0][0]) if rows else None
        return Point(event.seq, event.chain) if event else None

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
                self._erase(room, target, at)
        return bool(redacted)

    def _erase(self, room: int, target: int, at: int) -> None:
        """Erase a message and its edits, up to the redaction at `at`, here and in branches."""
        rows = self._all(
            "SELECT event FROM events WHERE room = ? AND seq BETWEEN ? AND ?"
            " AND (seq = ? OR type = 'edited')",
            *(room, target, at, target),
        )
        for event in _of_message(rows, target):
            self._database.execute(
                "UPDATE events SET event = ? WHERE room = ? AND seq = ?",
                (_without_content(event), room, event.seq),
            )
        rows = self._all("SELECT event FROM branches WHERE room = ? AND seq >= ?", room, target)
        for event in _of_message(rows, target):
            self._database.execute(
                "UPDATE branches SET event = ? WHERE room = ? AND seq = ? AND chain = ?",
                (_without_content(event), room, event.seq, event.chain),
            )

    def clean(self) -> bool:
        """Empty the database's log: the copies of what was erased since go with it.

        False where another process reads from it just now; nothing waits for that.
        """
        with self._failing():
            self._database.execute("PRAGMA busy_timeout = 0").fetchall()
            try:
                ((busy, _, _),) = self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                self._database.execute(f"PRAGMA busy_timeout = {int(_BUSY_S * 1000)}").fetchall()
        return not busy

    def events(self, room: int, after: int, limit: int) -> list[Event]:
        """Stored events with seq > `after`, only if they begin at `after` + 1."""
        with self._failing():
            events = self._events(room, after, limit)
        return events if events and events[0].seq == after + 1 else []

    def _events(self, room: int, after: int, limit: int) -> list[Event]:
        rows = self._all(
            "SELECT event FROM events WHERE room = ? AND seq > ? ORDER BY seq LIMIT ?",
            room,
            after,
            limit,
        )
        return [_event.decode(row[0]) for row in rows]

    def messages(self, room: int, before: int | None, limit: int) -> list[Event]:
        """Stored messages with a seq below `before`, oldest first, as they were posted."""
        rows = self._all(
            "SELECT event FROM events WHERE room = ? AND type = 'posted' AND seq < ?"
            " ORDER BY seq DESC LIMIT ?",
            room,
            2**62 if before is None else before,
            limit,
        )
        return [_event.decode(row[0]) for row in reversed(rows)]

    def about(self, room: int, after: int) -> list[Event]:
        """Stored events with seq > `after` that may change messages: all but plain ones."""
        rows = self._all(
            "SELECT event FROM events WHERE room = ? AND seq > ?"
            " AND (type <> 'posted' OR instr(event, CAST('reply_to' AS BLOB))) ORDER BY seq",
            room,
            after,
        )
        return [_event.decode(row[0]) for row in rows]

    def chain_at(self, room: int, seq: int) -> bytes | None:
        """The chain stored for a seq, or None."""
        rows = self._all("SELECT event FROM events WHERE room = ? AND seq = ?", room, seq)
        return _event.decode(rows[0][0]).chain if rows else None

    def set_aside(self, room: int, after: int) -> None:
        """Move what is stored behind `after` apart: the server's log does not have it any more."""
        with self.transaction() as database:
            rows = self._all("SELECT event FROM events WHERE room = ? AND seq > ?", room, after)
            gone = [_event.decode(row[0]) for row in rows]
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
        return [_event.decode(row[0]) for row in rows]

    def _all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._failing(), closing(self._database.cursor()) as cursor:
            return cursor.execute(query, values).fetchall()


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
