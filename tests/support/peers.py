"""TCP peers that are no zmqchat server, each in its own way."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

_GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x01" + b"CURVE".ljust(20, b"\0") + bytes(32)


def closes(connection: socket.socket) -> None:
    """A proxy whose server is away."""
    connection.close()


def resets(connection: socket.socket) -> None:
    """The same, ruder."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def is_silent(connection: socket.socket) -> None:
    """A server that hangs."""
    _read(connection)


def speaks_http(connection: socket.socket) -> None:
    """A web server."""
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    connection.close()


def greets_and_dies(connection: socket.socket) -> None:
    """A CURVE server that is full, or being killed: it hangs up before it was asked anything."""
    connection.sendall(_GREETING)
    connection.close()


def greets_and_is_silent(connection: socket.socket) -> None:
    """A CURVE server with too much to do."""
    connection.sendall(_GREETING)
    _read(connection)


def says_half_a_greeting(connection: socket.socket) -> None:
    """A server that is killed while it greets."""
    connection.sendall(_GREETING[:20])
    connection.close()


def is_another_protocol(connection: socket.socket) -> None:
    """Something that speaks ZeroMQ without CURVE."""
    connection.sendall(_GREETING.replace(b"CURVE", b"NULL\0"))
    _read(connection)


AWAY_IN_MANY_WAYS = (
    closes,
    resets,
    is_silent,
    speaks_http,
    greets_and_dies,
    greets_and_is_silent,
    says_half_a_greeting,
    is_another_protocol,
)


def _read(connection: socket.socket) -> None:
    with suppress(OSError):
        while connection.recv(4096):
            pass
    connection.close()


class Peer:
    """Accepts on a port of its own until the block ends, and does `behave` to each connection."""

    def __init__(
        self, behave: Callable[[socket.socket], None], host: str = "127.0.0.1", port: int = 0
    ) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, port), family=family)
        self._behave = behave
        self._open: list[socket.socket] = []
        self.port = int(self._listener.getsockname()[1])
        self.accepted = 0
        self._thread = threading.Thread(target=self._accept)

    def _accept(self) -> None:
        threads = []
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                break
            self.accepted += 1
            self._open.append(connection)
            threads.append(threading.Thread(target=self._serve, args=(connection,)))
            threads[-1].start()
        for thread in threads:
            thread.join()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError):
            self._behave(connection)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        for connection in self._open:
            connection.close()


def is_hung_up(raw: socket.socket) -> bool:
    """Whether the other side has ended a bare connection."""
    raw.settimeout(0.05)
    try:
        while raw.recv(1024):
            pass
    except TimeoutError:
        return False
    except ConnectionResetError:
        return True
    return True
