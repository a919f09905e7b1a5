"""What a child process writes on its stderr, handed on line by line.

Through the supervisor, so that also what a system library says when it ends the child has the form
of the log, and a child never waits for the log's reader.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

_MOST_BYTES = 64 * 1024  # of a line that does not end
_LAST_WORDS_S = 1.0


class Relay(asyncio.Protocol):
    """Hands on whole lines, several at a time, with their line breaks."""

    def __init__(self, hand_on: Callable[[bytes], None]) -> None:
        self._hand_on = hand_on
        self._rest = b""
        self._ended = asyncio.Event()
        self._transport: asyncio.BaseTransport | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more can come."""
        return self._ended.is_set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        whole, line_break, self._rest = (self._rest + data).rpartition(b"\n")
        if whole or line_break:
            self._hand_on(whole + line_break)
        if len(self._rest) > _MOST_BYTES:
            self._hand_over_rest()

    def connection_lost(self, _: Exception | None) -> None:
        self._hand_over_rest()
        self._ended.set()

    def _hand_over_rest(self) -> None:
        if self._rest:
            self._hand_on(self._rest + b"\n")
            self._rest = b""

    async def last_words(self) -> None:
        """Waits for the rest and ends it, though a process that the child started may write on."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), _LAST_WORDS_S)
        if self._transport is not None:
            self._transport.close()
            await self._ended.wait()


@asynccontextmanager
async def relayed(hand_on: Callable[[bytes], None]) -> AsyncIterator[tuple[int, Relay]]:
    """The descriptor that a child started in here is to have as its stderr, and its relay."""
    read_end, write_end = os.pipe()
    try:
        pipe = os.fdopen(read_end, "rb", buffering=0)
        loop = asyncio.get_running_loop()
        _, relay = await loop.connect_read_pipe(lambda: Relay(hand_on), pipe)
        yield write_end, relay
    finally:
        os.close(write_end)  # the child has it now
