"""A socket's peers: where each is, and how its connection is ended.

libzmq has no call for that, but names the TCP socket (SRCFD); shutting it down looks to libzmq like
a peer that left. The number may belong to another connection by now, so its local port and the
peer's address are checked first.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager

_SITE_BITS = 64


def hang_up(descriptor: int, port: int, peer_address: str | None = None) -> bool:
    """Shuts down the TCP connection with this descriptor; it stays libzmq's to close.

    Only if its local port is `port`, and its peer's IP is `peer_address` where one is given.
    Returns whether it did: False says that the connection is gone already. It takes no descriptor
    itself, so it works when none is left.
    """
    # libzmq names the link too where an address is good on one only: `fe80::1%eth0`.
    wanted = peer_address and peer_address.partition("%")[0]
    with _borrowed(descriptor) as connection:
        if connection is None or not _is_at(connection, port):
            return False
        try:
            if wanted is not None and connection.getpeername()[0] != wanted:
                return False
            connection.shutdown(socket.SHUT_RDWR)
        except (OSError, IndexError):
            return False
    return True


def address_of(descriptor: int, port: int | None) -> str | None:
    """The IP address of a TCP connection's peer; None where it is gone, or not at this `port`."""
    with _borrowed(descriptor) as connection:
        if connection is None or port is None or not _is_at(connection, port):
            return None
        try:
            return str(connection.getpeername()[0])
        except (OSError, IndexError):
            return None


def place_of(address: str) -> str:
    """The place that is counted for a peer's IP address.

    One IPv4 address is one place, however the socket writes it (`::ffff:10.0.0.1` where it listens
    to both families); of IPv6 it is the /64 that one site has all addresses of.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((found.packed, _SITE_BITS), strict=False))


@contextmanager
def _borrowed(descriptor: int) -> Iterator[socket.socket | None]:
    """The socket with this descriptor, which stays libzmq's; None where there is none."""
    try:
        connection = socket.socket(fileno=descriptor)
    except OSError:
        yield None
        return
    try:
        yield connection
    finally:
        connection.detach()


def _is_at(connection: socket.socket, port: int) -> bool:
    try:
        return bool(connection.getsockname()[1] == port)
    except (OSError, IndexError):
        return False
