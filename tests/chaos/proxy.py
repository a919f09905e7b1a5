"""TCP between processes, with faults: every connection of a link goes through here.

One thread with a loop of its own carries all links; `Proxies` is called from any other.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

_T = TypeVar("_T")
_CHUNK = 65_536
_RESET = struct.pack("ii", 1, 0)

Place = tuple[str, int]


class _Connection:
    """Two TCP connections, and what comes on one goes out on the other."""

    def __init__(self, link: _Link, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self._link = link
        self.ends = (near, far)
        self.dead = False
        """Whether nothing is carried any more, which neither end is told."""

    async def carry(self, source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        """Until the source ends, as slowly as the link is."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(256)

        async def deliver() -> None:
            while True:
                due, data = await waiting.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                if not self.dead:
                    to.write(data)
                    await to.drain()

        delivery = asyncio.create_task(deliver())
        with suppress(OSError):
            while data := await source.read(_CHUNK):
                if self._link.swallows or self._link.delay_s:
                    self._link.hit.add(self)
                if not self._link.swallows and not self.dead:
                    await waiting.put((loop.time() + self._link.delay_s, data))
        delivery.cancel()
        if not self.dead:
            self.reset()

    def reset(self) -> None:
        """Both ends hear that it is over."""
        for end in self.ends:
            raw = end.get_extra_info("socket")
            with suppress(OSError, AttributeError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            end.transport.abort()


@dataclass(eq=False)
class _Link:
    """Who dials `listens` reaches `leads_to`."""

    listens: Place
    leads_to: Place
    delay_s: float = 0.0
    swallows: bool = False
    server: asyncio.Server | None = None
    connections: set[_Connection] = field(default_factory=set)
    hit: set[_Connection] = field(default_factory=set)

    async def open(self) -> None:
        """Accept."""
        self.server = await asyncio.start_server(self._accepted, *self.listens, backlog=200)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            onward, far = await asyncio.open_connection(*self.leads_to)
        except OSError:
            writer.transport.abort()
            return
        connection = _Connection(self, writer, far)
        self.connections.add(connection)
        try:
            await asyncio.gather(connection.carry(reader, far), connection.carry(onward, writer))
        finally:
            self.connections.discard(connection)
            connection.reset()

    def close(self) -> None:
        """Refuse whoever dials."""
        if self.server is not None:
            self.server.close()
            self.server = None


class Proxies:
    """All links of a run, by name; use it in a `with`."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._links: dict[str, _Link] = {}
        self._thread = threading.Thread(target=self._loop.run_forever)

    def _call(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def add(self, name: str, listens: Place, leads_to: Place) -> None:
        """A link; nothing listens at `leads_to` yet, perhaps."""
        link = self._links[name] = _Link(listens, leads_to)
        self._call(link.open())

    def place(self, name: str) -> Place:
        """Where a link listens."""
        return self._links[name].listens

    def cut(self, names: tuple[str, ...]) -> int:
        """Resets what is connected; how many connections."""

        async def work() -> int:
            hit = [each for name in names for each in self._links[name].connections]
            for connection in hit:
                connection.reset()
            return len(hit)

        return self._call(work())

    def half_open(self, names: tuple[str, ...]) -> int:
        """What is connected carries nothing any more, and is never told; how many connections."""

        async def work() -> int:
            hit = [each for name in names for each in self._links[name].connections]
            for connection in hit:
                connection.dead = True
            return len(hit)

        return self._call(work())

    def delay(self, names: tuple[str, ...], seconds: float) -> None:
        """Everything arrives so much later from now on."""

        async def work() -> None:
            for name in names:
                self._links[name].delay_s = seconds
                self._links[name].hit.clear()

        self._call(work())

    def swallow(self, names: tuple[str, ...]) -> None:
        """Takes everything from now on, and delivers nothing."""

        async def work() -> None:
            for name in names:
                self._links[name].swallows = True

        self._call(work())

    def spit(self, names: tuple[str, ...]) -> None:
        """`swallow` is over: what lost something is reset, for TCP never loses a part."""

        async def work() -> None:
            for name in names:
                link = self._links[name]
                link.swallows = False
                for connection in link.hit:
                    connection.reset()
                link.hit.clear()

        self._call(work())

    def hit(self, names: tuple[str, ...]) -> bool:
        """Whether a delay or a swallowing has hit anything yet."""
        return any(self._links[name].hit for name in names)

    def refuse(self, names: tuple[str, ...]) -> None:
        """Nobody listens any more, and what was connected is reset."""

        async def work() -> None:
            for name in names:
                self._links[name].close()

        self._call(work())
        self.cut(names)

    def accept(self, names: tuple[str, ...]) -> None:
        """`refuse` is over."""
        for name in names:
            self._call(self._links[name].open())

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        async def end() -> None:
            for link in self._links.values():
                link.close()
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        self._call(end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
