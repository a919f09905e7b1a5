"""A wall clock that somebody else can set: for processes that are started by `launch`.

The difference to the machine's clock is in a file of eight bytes, which this process has in memory:
reading it costs nothing, and it changes while the process runs. The monotonic clock stays as it is.
"""

from __future__ import annotations

import mmap
import struct
import time
from pathlib import Path

_FORM = struct.Struct("<q")


def make(path: Path) -> None:
    """A clock that is right."""
    path.write_bytes(_FORM.pack(0))


def set_off(path: Path, seconds: float) -> None:
    """The processes of this clock are `seconds` ahead (behind, where negative) from now on."""
    with path.open("r+b") as file:
        file.write(_FORM.pack(int(seconds * 1e9)))


def install(path: Path) -> None:
    """This process's wall clock is that of `path` from now on."""
    with path.open("rb") as file:
        difference = mmap.mmap(file.fileno(), _FORM.size, access=mmap.ACCESS_READ)
    right = time.time_ns

    def time_ns() -> int:
        return right() + int(_FORM.unpack(difference)[0])

    time.time_ns = time_ns
    time.time = lambda: time_ns() / 1e9
