"""Frames of one room that wait for their turn: well-formed, in order, and bounded in bytes."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from zmqchat.protocol.events import Event
from zmqchat.protocol.frames import EventsFrame
from zmqchat.protocol.limits import SALT_BYTES, SEND_ID_BYTES

PENDING_BYTES = 8 * 1024 * 1024
"""Frames held for a room while a hole before them is filled; beyond it the newest are dropped."""

LAST_NUMBER = 2**63 - 1
"""The largest seq, time and id that there is."""

_ENVELOPE_BYTES = 160

_body = attrgetter("body")


def published(events: Sequence[Event]) -> bool:
    """Whether a frame of `events` can have come from a server: consecutive, with their content.

    A server publishes what it has just committed, so erased content in a frame is content that
    somebody took out. It is `timeline.well_formed` and more in one loop: it runs once an event.
    """
    seq = events[0].seq if events else 0
    if not 0 < seq <= LAST_NUMBER + 1 - len(events):
        return False
    for event in events:
        if (
            event.seq != seq
            or len(event.salt) != SALT_BYTES
            or event.digest
            or len(event.id) != SEND_ID_BYTES
            or not 0 <= event.time_us <= LAST_NUMBER
            or not 0 <= event.sender <= LAST_NUMBER
            or not 0 <= event.device <= LAST_NUMBER
        ):
            return False
        seq += 1
    return True


def _size(events: Sequence[Event]) -> int:
    return sum(map(len, map(_body, events))) + _ENVELOPE_BYTES * len(events)


class Pending:
    """Frames by their first seq; the first that came for a seq stays."""

    def __init__(self, most_bytes: int) -> None:
        self._frames: dict[int, EventsFrame] = {}
        self._size = 0
        self._most = most_bytes

    def __len__(self) -> int:
        return len(self._frames)

    def hold(self, frame: EventsFrame) -> bool:
        """Keep a frame; False when there is no room for it."""
        first, size = frame.events[0].seq, _size(frame.events)
        if first in self._frames:
            return True
        if self._size + size > self._most:
            return False
        self._frames[first] = frame
        self._size += size
        return True

    def contiguous(self, seq: int) -> tuple[list[EventsFrame], list[Event]]:
        """The frames that follow `seq` without a hole, and their events behind it.

        What is not behind it any more is dropped.
        """
        frames: list[EventsFrame] = []
        events: list[Event] = []
        for first in sorted(self._frames):
            frame = self._frames[first]
            if first > seq + 1:
                break
            if frame.events[-1].seq > seq:
                frames.append(frame)
                events.extend(frame.events[seq + 1 - first :])
                seq = frame.events[-1].seq
            else:
                self._drop(frame)
        return frames, events

    def drop(self, frames: Sequence[EventsFrame]) -> None:
        """These frames have been dealt with."""
        if len(frames) == len(self._frames):  # as a rule: their size need not be counted again
            self.clear()
        else:
            for frame in frames:
                self._drop(frame)

    def _drop(self, frame: EventsFrame) -> None:
        del self._frames[frame.events[0].seq]
        self._size -= _size(frame.events)

    def drop_beyond(self, seq: int) -> None:
        """Drop what does not follow `seq`."""
        self.drop([frame for first, frame in self._frames.items() if first > seq + 1])

    def clear(self) -> None:
        """Drop everything."""
        self._frames.clear()
        self._size = 0
