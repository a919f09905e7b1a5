"""Limits of the process: file descriptors."""

from __future__ import annotations

import resource
from contextlib import suppress


def raise_open_files() -> int:
    """Raises the limit of open files as far as the system lets us, and returns it.

    Every connection takes one descriptor, and libzmq spins when it runs out of them.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        return hard
    return soft


_RESERVE = 64
"""Kept free for files, for sockets of our own, and for connections while they are turned away."""


def connections_within(open_files: int) -> int:
    """How many connections a process with this limit of open files may hold."""
    return max(1, min(open_files - _RESERVE, open_files * 9 // 10))
