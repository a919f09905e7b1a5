"""Signals: which of them are believed. They may be lost, and must never matter."""

from __future__ import annotations

from collections.abc import Iterable

from zmqchat.protocol.frames import Signals
from zmqchat.protocol.rooms import RoomInfo
from zmqchat.sync.context import Context
from zmqchat.sync.effects import Signalled
from zmqchat.sync.epochs import Opening


class Signalling:
    """The newest counter of each room: what is not above it was heard before, or is a replay.

    It is kept for one epoch: an older one's frames do not open, and a counter that a member made
    up is in nobody's way for longer.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._newest: dict[int, tuple[int, int]] = {}  # epoch and counter

    def begin(self, infos: Iterable[RoomInfo]) -> None:
        """A session is open; the epochs of a restored database may be earlier ones."""
        for info in infos:
            if info.epoch < self._newest.get(info.room, (0, -1))[0]:
                del self._newest[info.room]

    def heard(self, opening: Opening, frame: Signals) -> None:
        """A frame on the handle of `opening`; it is dropped in silence unless it is in its place.

        It is not signed, so whoever holds the room's key may have made it up: nothing but the
        counter is kept of it, and no doubt about the room follows.
        """
        room = opening.room
        if room is None or (frame.room, frame.epoch) != (room, opening.epoch):
            return
        newest = (frame.epoch, frame.counter)
        if newest > self._newest.get(room, (0, -1)):
            self._newest[room] = newest
            self._context.emit(Signalled(room, tuple(frame.signals)))
