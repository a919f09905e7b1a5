"""Unused TCP ports on 127.0.0.1."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack

_FIRST, _LAST = 15_000, 32_000  # below those that Linux takes for outgoing connections
HOST = "127.0.0.1"


def free_ports(count: int) -> int:
    """The first of `count` consecutive ports that nothing listens on now."""
    while True:
        first = random.randrange(_FIRST, _LAST - count)
        try:
            with ExitStack() as stack:
                for port in range(first, first + count):
                    probe = stack.enter_context(socket.socket())
                    probe.bind((HOST, port))
        except OSError:
            continue
        return first
