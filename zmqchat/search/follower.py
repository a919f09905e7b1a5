"""Brings the index up to the log: what was posted goes in, what was edited or redacted follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from zmqchat.errors import PeerError
from zmqchat.protocol import codec
from zmqchat.protocol.events import Body, Edited, Posted, Redacted
from zmqchat.protocol.prose import has_link
from zmqchat.search.index import Document, Index, Position
from zmqchat.search.text import folded
from zmqchat.storage.following import Entry, content_at, contents_after, newest_number
from zmqchat.storage.reader import Reader

_PAGE: Final = 500

_PAGE_BYTES: Final = 256 * 1024
"""Of bodies in one transaction: a page of 500 long messages held up a search for 20 s."""


class Follower:
    """Reads the log from where the index ends. Used from one thread."""

    def __init__(self, reader: Reader, index: Index) -> None:
        self._reader = reader
        self._index = index
        self.number = 0
        """The content up to which the index has the log."""
        self._erased = 0

    def belongs(self) -> bool:
        """Whether the index follows this log, and not that of another database or lineage."""
        position = self._index.position
        if position is None:
            self.number = 0
            return True
        entry = content_at(self._reader, position.number)
        self.number = position.number
        return entry is not None and position == _position(entry)

    def behind(self) -> int:
        """How many contents are not in the index yet, at most."""
        return newest_number(self._reader) - self.number

    def follow(self, until: Callable[[], bool]) -> bool:
        """Takes in what is new, page by page; True when all of it is in, False if `until` was."""
        while entries := contents_after(self._reader, self.number, _PAGE, _PAGE_BYTES):
            with self._index.transaction():
                for entry in entries:
                    self._take(entry)
                self._index.advance(_position(entries[-1]))
            self.number = entries[-1].number
            if until():
                return False
        return True

    def erase(self, until: Callable[[], bool]) -> bool:
        """Takes out what was redacted beyond where the index ends, while nothing may go in.

        Returns as `follow` does; the index still ends where it did.
        """
        self._erased = max(self._erased, self.number)
        while entries := contents_after(self._reader, self._erased, _PAGE, _PAGE_BYTES):
            bodies = [(entry.room, _body(entry)) for entry in entries]
            redacted = [(room, body) for room, body in bodies if isinstance(body, Redacted)]
            if redacted:
                with self._index.transaction():
                    for room, body in redacted:
                        self._index.erase(room, body.target)
            self._erased = entries[-1].number
            if until():
                return False
        return True

    def _take(self, entry: Entry) -> None:
        match body := _body(entry):
            case Posted():
                self._index.add(
                    Document(
                        entry.number,
                        entry.room,
                        entry.seq,
                        entry.user,
                        entry.time_us,
                        has_link(body.text),
                        folded(body.text),
                    )
                )
            case Edited():
                self._replace(entry.room, body)
            case Redacted():
                self._index.erase(entry.room, body.target)

    def _replace(self, room: int, edit: Edited) -> None:
        before = self._index.remove(room, edit.target)
        if before is not None:
            self._index.add(
                Document(
                    before.number,
                    room,
                    edit.target,
                    before.user,
                    before.time_us,
                    has_link(edit.text),
                    folded(edit.text),
                )
            )


def _body(entry: Entry) -> Body | None:
    """What the index wants to know; None for anything else."""
    if not entry.whole or entry.type not in {"posted", "edited", "redacted"}:
        return None
    try:
        return codec.decode_body(entry.type, entry.body)
    except PeerError:  # of another version
        return None


def _position(entry: Entry) -> Position:
    return Position(entry.number, entry.room, entry.seq, entry.chain)
