"""The metrics over HTTP, on 127.0.0.1: a page for whoever asks, in bounded time and memory.

Any program of this machine may connect. So there are few connections at a time, and each is over in
seconds, whatever it sends or does not read; for one too many, the oldest is closed. A page is made
once for all who ask within a moment. Everything is done in a thread of its own.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Final

MOST_CONNECTIONS: Final = 16
"""Connections at a time."""

PATIENCE_S: Final = 5.0
"""Seconds that a connection may take from the first to the last byte."""

_REQUEST_BYTES: Final = 8 * 1024
_FRESH_S: Final = 0.1
_TURNS: Final = 10
_END: Final = b"\r\n\r\n"
_HOST: Final = "127.0.0.1"


class Scrapes:
    """Serves what `page` returns, of type `content`, on 127.0.0.1:`port`. OSError: port taken."""

    def __init__(
        self,
        port: int,
        page: Callable[[], bytes],
        content: str,
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._page, self._content = page, content
        self._patience_s = patience_s
        self._made: tuple[float, bytes] | None = None
        self._open: dict[asyncio.Task[None], None] = {}  # the oldest first
        self._loop = asyncio.new_event_loop()
        try:
            self._server = self._loop.run_until_complete(
                asyncio.start_server(self._accepted, _HOST, port, limit=_REQUEST_BYTES)
            )
        except OSError:
            self._loop.close()
            raise
        self._thread = threading.Thread(target=self._run, name="metrics", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Closes everything."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        self._loop.run_forever()
        self._loop.run_until_complete(self._close())
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        for _ in range(_TURNS):  # one that was accepted just now is there in the next turn
            for task in self._open:
                task.cancel()
            await asyncio.sleep(0)

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._serve(reader, writer))
        self._open[task] = None
        # Not in the task: one that is cancelled before it began does nothing more.
        task.add_done_callback(lambda done: self._over(done, writer))
        if len(self._open) > MOST_CONNECTIONS:
            next(iter(self._open)).cancel()

    def _over(self, task: asyncio.Task[None], writer: asyncio.StreamWriter) -> None:
        del self._open[task]
        writer.transport.abort()  # what was to be sent is sent, or nobody reads it

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(self._patience_s):
                await self._answer(reader, writer)
        except (OSError, TimeoutError, EOFError, asyncio.LimitOverrunError):
            pass

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(_END)
        method, _, rest = request.partition(b" ")
        path = rest.partition(b" ")[0].partition(b"?")[0]
        if method not in (b"GET", b"HEAD"):
            head, body = "405 Method Not Allowed", b""
        elif path not in (b"/", b"/metrics"):
            head, body = "404 Not Found", b""
        else:
            head, body = "200 OK", self._fresh()
        writer.write(
            f"HTTP/1.1 {head}\r\nContent-Type: {self._content}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
        )
        writer.write(b"" if method == b"HEAD" else body)
        writer.write_eof()
        await writer.drain()
        while await reader.read(_REQUEST_BYTES):  # until they close, having read it
            pass

    def _fresh(self) -> bytes:
        now = time.monotonic()
        if self._made is None or now - self._made[0] > _FRESH_S:
            self._made = now, self._page()
        return self._made[1]
