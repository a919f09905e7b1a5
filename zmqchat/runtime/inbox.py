"""Calls that other threads hand to the loop, and the pipe that wakes it."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from contextlib import suppress


class Inbox:
    """Runs calls in the loop's thread, in the order in which they came in. `fd` is to be polled."""

    def __init__(self) -> None:
        self._calls: deque[Callable[[], None]] = deque()
        self.fd, self._wake = os.pipe()
        os.set_blocking(self.fd, False)
        os.set_blocking(self._wake, False)

    def put(self, call: Callable[[], None]) -> None:
        """Queues a call; from any thread."""
        self._calls.append(call)
        with suppress(BlockingIOError):  # a full pipe wakes the loop as well as one more byte
            os.write(self._wake, b"\0")

    def drain(self) -> None:
        """Runs what waits; in the loop's thread only."""
        with suppress(BlockingIOError):
            os.read(self.fd, 4096)
        while self._calls:
            self._calls.popleft()()

    def close(self) -> None:
        """Gives the pipe back."""
        os.close(self.fd)
        os.close(self._wake)
