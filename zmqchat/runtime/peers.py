"""Ending one peer's connection: libzmq has no call for it, but names the TCP socket (SRCFD).

Shutting that socket down looks to libzmq like a peer that left. The number may belong to another
connection by now, so its local port and the peer's address are checked first.
"""

from __future__ import annotations

import socket


def hang_up(descriptor: int, port: int, peer_address: str | None = None) -> bool:
    """Shuts down the TCP connection with this descriptor; it stays libzmq's to close.

    Only if its local port is `port`, and its peer's IP is `peer_address` where one is given.
    Returns whether it did: False says that the connection is gone already. It takes no descriptor
    itself, so it works when none is left.
    """
    try:
        connection = socket.socket(fileno=descriptor)
    except OSError:
        return False
    try:
        if connection.getsockname()[1] != port:
            return False
        # libzmq names the link too where an address is good on one only: `fe80::1%eth0`.
        wanted = peer_address and peer_address.partition("%")[0]
        if wanted is not None and connection.getpeername()[0] != wanted:
            return False
        connection.shutdown(socket.SHUT_RDWR)
    except (OSError, IndexError):
        return False
    finally:
        connection.detach()
    return True
