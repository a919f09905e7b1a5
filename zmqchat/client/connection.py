"""The client's two sockets on an asyncio loop: requests (DEALER) and events (SUB).

libzmq signals on a file descriptor that is edge-triggered: a send or a receive may use a signal up.
A receive that finds nothing has worked through all that was signalled, so reading goes on until
then; and after a send the socket's events are looked at.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import zmq
from zmq.utils.monitor import parse_monitor_message

from zmqchat.runtime.intake import Intake, guard

_AT_ONCE = 500
_BYTES_AT_ONCE = 4 * 1024 * 1024
_PART_BYTES = 64  # what each part costs beside its bytes, were it empty
_SOCKETS = 60_000
_MOST_AHEAD_BYTES = 1024 * 1024 * 1024  # whole messages may wait while an application computes
_MONITORED = int(
    zmq.Event.CONNECTED
    | zmq.Event.CONNECT_RETRIED
    | zmq.Event.DISCONNECTED
    | zmq.Event.HANDSHAKE_SUCCEEDED
    | zmq.Event.HANDSHAKE_FAILED_AUTH
    | zmq.Event.HANDSHAKE_FAILED_NO_DETAIL
    | zmq.Event.HANDSHAKE_FAILED_PROTOCOL
)


def context() -> zmq.Context[zmq.Socket[bytes]]:
    """The process's one context."""
    shared: zmq.Context[zmq.Socket[bytes]] = zmq.Context.instance()
    if shared.get(zmq.MAX_SOCKETS) < _SOCKETS:
        shared.set(zmq.MAX_SOCKETS, _SOCKETS)
    return shared


class Wire:
    """One socket: messages come to `heard`, all that are there at once; sends never block."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        socket: zmq.Socket[bytes],
        heard: Callable[[list[list[bytes]]], None],
    ) -> None:
        self._loop = loop
        self._heard = heard
        self._waiting: deque[tuple[bytes, ...]] = deque()
        self._closed = False
        self._planned = False
        self.socket = socket
        self._descriptor = int(socket.getsockopt(zmq.FD))
        loop.add_reader(self._descriptor, self._ready)
        self._plan()

    def send(self, *parts: bytes) -> None:
        """Send as soon as there is room; in order."""
        self._waiting.append(parts)
        self._flush()

    def _flush(self) -> None:
        while self._waiting:
            try:
                self.socket.send_multipart(self._waiting[0], zmq.DONTWAIT)
            except zmq.Again:
                break
            self._waiting.popleft()
        wanted = zmq.POLLIN | zmq.POLLOUT if self._waiting else zmq.POLLIN
        if int(self.socket.getsockopt(zmq.EVENTS)) & wanted:
            self._plan()

    def _plan(self) -> None:
        """Look again soon: there is more, or its signal was used up by what was just done."""
        if not self._closed and not self._planned:
            self._planned = True
            self._loop.call_soon(self._ready)

    def _ready(self) -> None:
        self._planned = False
        if self._closed:
            return
        messages = self._received()
        if self._waiting:
            self._flush()
        if messages:
            self._heard(messages)

    def _received(self) -> list[list[bytes]]:
        messages: list[list[bytes]] = []
        size = 0
        try:
            while len(messages) < _AT_ONCE and size < _BYTES_AT_ONCE:
                parts = self.socket.recv_multipart(zmq.DONTWAIT)
                length = sum(map(len, parts))
                self.took(length, len(parts))
                size += length + _PART_BYTES * len(parts)
                messages.append(parts)
        except zmq.Again:
            self.found_none()
            return messages
        self._plan()
        return messages

    def took(self, size: int, frames: int) -> None:
        """A message came."""

    def found_none(self) -> None:
        """There is no further one."""

    def close(self) -> None:
        """Close at once; what waits is not sent."""
        if not self._closed:
            self._closed = True
            self._loop.remove_reader(self._descriptor)
            self.socket.close()


class _Bounded(Wire):
    """A connecting socket whose peer is cut off where a message of its never ends."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        socket: zmq.Socket[bytes],
        heard: Callable[[list[list[bytes]]], None],
    ) -> None:
        self._connection: int | None = None
        largest = int(socket.getsockopt(zmq.MAXMSGSIZE))
        self._intake = Intake(
            zmq.SocketType(int(socket.type)).name,
            self._connections,
            2 * largest,
            _MOST_AHEAD_BYTES,
            self._ask,
        )
        guard.watch(self._intake)
        super().__init__(loop, socket, heard)

    def _ask(self) -> None:
        with suppress(RuntimeError):  # the application has closed the loop
            self._loop.call_soon_threadsafe(self._ready)

    def _connections(self) -> tuple[int, ...]:
        return () if self._connection is None else (self._connection,)

    def befell(self, event: zmq.Event, value: int) -> None:
        """What the monitor says of the connection."""
        if event is zmq.Event.CONNECTED:
            self._connection = value
        elif event is zmq.Event.DISCONNECTED:
            self._connection = None

    def took(self, size: int, frames: int) -> None:
        if self._connection is not None:
            self._intake.took(self._connection, size, frames)

    def found_none(self) -> None:
        self._intake.found_none()

    def close(self) -> None:
        self._connection = None
        super().close()


class Monitored:
    """A connecting socket with its monitor: messages to `heard`, what befell it to `befell`."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        socket: zmq.Socket[bytes],
        heard: Callable[[list[list[bytes]]], None],
        befell: Callable[[zmq.Event], None],
    ) -> None:
        self._befell = befell
        self._open = True
        address = f"inproc://monitor.{secrets.token_hex(8)}"
        socket.monitor(address, _MONITORED)
        pair: zmq.Socket[bytes] = context().socket(zmq.PAIR)
        pair.setsockopt(zmq.LINGER, 0)
        pair.setsockopt(zmq.RCVHWM, 0)
        pair.connect(address)
        self._monitor = Wire(loop, pair, self._happened)
        self._wire = _Bounded(loop, socket, heard)

    def _happened(self, messages: list[list[bytes]]) -> None:
        for message in messages:
            if self._open:
                told = parse_monitor_message(message)
                event = zmq.Event(told["event"])
                self._wire.befell(event, told["value"])
                self._befell(event)

    @property
    def socket(self) -> zmq.Socket[Any]:
        """The socket itself."""
        return self._wire.socket

    def send(self, *parts: bytes) -> None:
        """Send as soon as there is room; in order."""
        self._wire.send(*parts)

    def close(self) -> None:
        """Close the socket and its monitor at once."""
        if self._open:
            self._open = False
            self._wire.socket.monitor(None, 0)
            self._monitor.close()
            self._wire.close()
