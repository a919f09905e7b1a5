"""What the kernel tells of a TCP connection by its descriptor (Linux).

Descriptors are libzmq's, from its monitor: they are looked at, and never closed here.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import ioctl
from termios import FIONREAD
from typing import Final

IS_TOLD: Final = sys.platform == "linux"
"""Whether this system tells what a connection received and sent."""

_SO_COOKIE: Final = 57  # asm-generic/socket.h: a number that no other socket has
_COOKIE_BYTES: Final = 8
_ACKNOWLEDGED: Final = slice(120, 128)  # tcpi_bytes_acked in struct tcp_info, linux/tcp.h
_RECEIVED: Final = slice(128, 136)  # tcpi_bytes_received


@contextmanager
def borrowed(descriptor: int) -> Iterator[socket.socket]:
    """The socket of a descriptor that is another's; OSError where it has just been closed."""
    tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0, descriptor)
    try:
        yield tcp
    finally:
        tcp.detach()


def cookie(tcp: socket.socket) -> bytes:
    """What tells this socket from the next one with its number."""
    return tcp.getsockopt(socket.SOL_SOCKET, _SO_COOKIE, _COOKIE_BYTES)


def received(tcp: socket.socket) -> int:
    """Bytes that came in on it, ever; OSError where it is no TCP socket."""
    return _counted(tcp, _RECEIVED)


def acknowledged(tcp: socket.socket) -> int:
    """Bytes that its peer has taken of what was sent on it; OSError where it is no TCP socket."""
    return _counted(tcp, _ACKNOWLEDGED)


def unread(tcp: socket.socket) -> int:
    """Bytes that came in on it and that the kernel still holds."""
    return int.from_bytes(ioctl(tcp, FIONREAD, bytes(4)), sys.byteorder)


def _counted(tcp: socket.socket, place: slice) -> int:
    info = tcp.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, place.stop)
    if len(info) < place.stop:
        raise OSError("this kernel does not count what goes over a connection")
    return int.from_bytes(info[place], sys.byteorder)
