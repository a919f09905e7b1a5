"""The newest events of a room in memory, for readers that keep up; the others read elsewhere."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable

from zmqchat.protocol.events import Event

_ENVELOPE_BYTES = 200


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


class Feed(Signal):
    """A bounded tail of a room's applied events, and the wish to hear of more.

    `rewinds` counts how often the log went back, and `rewound_to` is the seq it went back to last.
    """

    def __init__(self, most_bytes: int) -> None:
        super().__init__()
        self._most = most_bytes
        self._size = 0
        self._events: deque[Event] = deque()
        self.rewinds = 0
        self.rewound_to = 0
        self.closed = False

    def add(self, events: Iterable[Event]) -> None:
        """Events that follow those that are here; the oldest make room."""
        for event in events:
            self._events.append(event)
            self._size += len(event.body) + _ENVELOPE_BYTES
        while self._size > self._most and len(self._events) > 1:
            self._size -= len(self._events.popleft().body) + _ENVELOPE_BYTES
        self.wake()

    def after(self, seq: int) -> list[Event]:
        """The events behind `seq` if none between is missing here; else none."""
        if not self._events or not self._events[0].seq <= seq + 1 <= self._events[-1].seq:
            return []
        first = self._events[0].seq
        return [self._events[i] for i in range(seq + 1 - first, len(self._events))]

    def rewind(self, seq: int) -> None:
        """The log went back to `seq`."""
        self._events.clear()
        self._size = 0
        self.rewinds += 1
        self.rewound_to = seq
        self.wake()

    def close(self) -> None:
        """There will be no more."""
        self.closed = True
        self.wake()
