"""Unused TCP ports on 127.0.0.1, never handed out twice, also not to a test run beside this one."""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from functools import cache
from pathlib import Path

# Below 32768, where Linux begins to take ports for outgoing connections.
_FIRST, _LAST = 15_000, 32_000

_taken: set[int] = set()  # record locks do not hold against the process that has them


def free_port() -> int:
    """A port that nothing listens on, and that belongs to this process from now on."""
    return free_ports(1)


def free_ports(count: int) -> int:
    """The first of `count` consecutive ports that nothing listens on.

    Raises RuntimeError where the machine has no such run left.
    """
    starts = range(_FIRST, _LAST - count)
    offset = random.randrange(len(starts))
    for step in range(len(starts)):
        first = starts[(offset + step) % len(starts)]
        if _claim(range(first, first + count)):
            return first
    raise RuntimeError(f"no {count} consecutive free ports between {_FIRST} and {_LAST}")


def _claim(ports: range) -> bool:
    # A run that fails half-way keeps what it has locked: that costs a port or two, and is simple.
    return all(_claim_one(port) for port in ports)


def _claim_one(port: int) -> bool:
    if port in _taken or not _is_free(port):
        return False
    try:
        fcntl.lockf(_lock_file(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    _taken.add(port)
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True


@cache
def _lock_file() -> int:
    """A file whose byte N stands for port N; the kernel drops the locks when the process ends."""
    path = Path(tempfile.gettempdir()) / f"zmqchat-test-ports-{os.getuid()}"
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
