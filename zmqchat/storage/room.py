"""Room on the disk: what has still to be brought into the database must always find its place.

A write-ahead log that is larger than what is free can never be emptied: the pages that are new have
to be appended to the database first. So each of its bytes is matched by one of a ballast, a file
that holds nothing and is given up when the disk is full, whoever filled it. Where the ballast
cannot grow with the log, the log is emptied; where that gains nothing, nothing more is written. The
ballast's first part outlasts a full disk for the next start, which needs some room to open.
"""

from __future__ import annotations

import logging
from typing import Final, Protocol

from zmqchat.errors import Code
from zmqchat.runtime.log import note, warn
from zmqchat.storage.failures import RETRY_S, NoRoom, not_written

log = logging.getLogger(__name__)

MIB: Final = 1024 * 1024

BASE: Final = MIB
"""Ballast that matches nothing, in bytes: what a start takes, and a log that grew more than it was
said to."""

LEFT: Final = MIB // 4
"""Bytes that the ballast leaves free when it grows: for whoever else has to open a file here."""


_LOW: Final = 16 * MIB
"""Free bytes below which it is said that the disk is nearly full."""


class Place(Protocol):
    """A database's disk. Sizes are in bytes."""

    @property
    def name(self) -> str:
        """What a person knows it by."""

    @property
    def free(self) -> int:
        """What may still be written."""

    @property
    def log(self) -> int:
        """What the log takes."""

    @property
    def ballast(self) -> int:
        """What the ballast takes."""

    def hold(self, size: int) -> bool:
        """Gives the ballast this size; False, and it is as it was, where there is no room."""

    def give_up(self) -> None:
        """Does without the ballast."""

    def empty_log(self) -> bool:
        """Brings the log into the database; False where somebody reads from it, or room lacks."""


class Room:
    """Sees to the room of one database; used by the thread that writes."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._doubtful = False
        self._stuck: int | None = None
        self._is_emptied = True  # whether the log was, at the last attempt
        self._is_low = False

    @property
    def is_full(self) -> bool:
        """Whether nothing is written for want of room."""
        return self._stuck is not None

    def make(self, size: int) -> None:
        """Makes room for a commit that writes some `size` bytes; NoRoom where there is none."""
        place = self._place
        if self._stuck is None and not self._doubtful and self._match(size):
            return
        # While nothing has become free since the last attempt, another gains nothing; but whoever
        # read from the log, so that it could not be emptied, may be gone.
        is_hopeful = self._stuck is None or place.free > self._stuck or not self._is_emptied
        if is_hopeful and self._relieve(size):
            self._succeeded()
            return
        self._refuse(size)

    def failed(self) -> None:
        """A commit found no room, whatever was reckoned: somebody else filled the disk."""
        self._doubtful = True

    def give_up(self) -> None:
        """Does without the ballast, for a start without room; the next `make` holds it again."""
        self._place.give_up()
        self._doubtful = True

    def _match(self, size: int) -> bool:
        """Whether the ballast matches the log with `size` bytes more, grown if need be."""
        want, held = BASE + self._place.log + size, self._place.ballast
        if held < want or held > 2 * want + 64 * MIB:
            return self._hold(want, held)
        return True

    def _hold(self, want: int, held: int) -> bool:
        spare = self._place.free - LEFT
        ample = -(-want // MIB) * MIB  # whole ones, so that it does not grow with every commit
        if ample - held <= spare and self._place.hold(ample):
            return True
        return want - held <= spare and self._place.hold(want)

    def _relieve(self, size: int) -> bool:
        """Empties the log, with the ballast's room if need be."""
        place = self._place
        self._is_emptied, held = place.empty_log(), place.ballast
        if not self._is_emptied:
            place.give_up()
            self._is_emptied = place.empty_log()
            if not self._is_emptied:
                place.hold(held)  # it matches the log as before, if nobody took the room meanwhile
        held = place.ballast
        want = BASE + place.log + size
        # Less ballast, while it is more than what is to be matched now: the room is for messages.
        return self._hold(want, held) if held != want else True

    def _succeeded(self) -> None:
        place, was_full = self._place, self._stuck is not None
        self._doubtful, self._stuck = False, None
        was_low, self._is_low = self._is_low, place.free < _LOW
        if was_full:
            note(log, "the disk has room again", place=place.name, free_kib=place.free // 1024)
        elif self._is_low and not was_low:
            warn(
                log,
                "the disk is nearly full",
                place=place.name,
                free_kib=place.free // 1024,
                do="make room there, before nothing can be written",
            )

    def _refuse(self, size: int) -> None:
        place, was = self._place, self._stuck
        if place.ballast < BASE or (self._is_emptied and (was is None or place.free > was)):
            self._hold(BASE, place.ballast)
        self._stuck = place.free
        if was is None:
            warn(
                log,
                "the disk is full: serving without writing",
                place=place.name,
                free_kib=place.free // 1024,
                needed_kib=(BASE + LEFT + place.log + 2 * size - place.ballast) // 1024,
                do="make room there; nothing acknowledged is lost, and no restart is needed",
            )
        raise NoRoom(Code.STORAGE_FAILED, not_written("its disk is full"), RETRY_S)
