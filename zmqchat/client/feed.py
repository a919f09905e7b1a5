"""The newest events of a room in memory, for readers that keep up; the others read elsewhere."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from operator import attrgetter

from zmqchat.protocol.events import Event
from zmqchat.protocol.limits import CATCH_UP_EVENTS

_ENVELOPE_BYTES = 200
_FEW = 64
"""Shorter runs are joined, so that finding a place takes few steps."""

_body = attrgetter("body")


class Signal:
    """Wakes all who wait for something to change."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()

    def wake(self) -> None:
        """Whoever waits looks again."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()

    async def wait(self) -> None:
        """Until something changes."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)


def _size(events: Sequence[Event]) -> int:
    return sum(map(len, map(_body, events))) + _ENVELOPE_BYTES * len(events)


class Feed(Signal):
    """A bounded tail of a room's applied events, and the wish to hear of more.

    It is kept in the runs that it came in: nothing is done once an event. `rewinds` counts how
    often the log went back, and `rewound_to` is the seq it went back to last.
    """

    def __init__(self, most_bytes: int) -> None:
        super().__init__()
        self._most = most_bytes
        self._size = 0
        self._runs: deque[tuple[Event, ...]] = deque()
        self.rewinds = 0
        self.rewound_to = 0
        self.closed = False

    def add(self, events: Sequence[Event]) -> None:
        """Events that follow those that are here; the oldest make room."""
        run = tuple(events)
        self._size += _size(run)
        if self._runs and len(self._runs[-1]) < _FEW:
            run = self._runs.pop() + run
        self._runs.append(run)
        while self._size > self._most and len(self._runs) > 1:
            self._size -= _size(self._runs.popleft())
        if self._size > self._most:
            self._cut(run)
        self.wake()

    def _cut(self, run: tuple[Event, ...]) -> None:
        """The only run is too large by itself: its tail stays, one event at least."""
        first = 0
        while self._size > self._most and first < len(run) - 1:
            self._size -= len(run[first].body) + _ENVELOPE_BYTES
            first += 1
        self._runs[-1] = run[first:]

    def after(self, seq: int) -> Sequence[Event]:
        """Events behind `seq`, the next first, if none between is missing here; else none.

        As many as a catch-up brings at most; there may be more behind them.
        """
        if not self._runs or not self._runs[0][0].seq <= seq + 1 <= self._runs[-1][-1].seq:
            return ()
        run = next(run for run in reversed(self._runs) if run[0].seq <= seq + 1)
        first = seq + 1 - run[0].seq
        return run[first : first + CATCH_UP_EVENTS]

    def rewind(self, seq: int) -> None:
        """The log went back to `seq`."""
        self._runs.clear()
        self._size = 0
        self.rewinds += 1
        self.rewound_to = seq
        self.wake()

    def close(self) -> None:
        """There will be no more."""
        self.closed = True
        self.wake()
