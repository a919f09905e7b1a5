"""Send ids: UUIDs of version 7, each higher than those before it in this process.

The server looks a send up only if its id is not higher than all that its user has sent; so ids rise
within a millisecond too, and when the clock is set back (RFC 9562, section 6.2, method 2).
"""

from __future__ import annotations

import os
import threading
import time


class _Rising:
    """Makes ids, in any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> bytes:
        fresh = _of_now()
        with self._lock:
            # One more than the last, where the millisecond is the same: the 62 random bits at the
            # end take it, and hardly ever carry into the bits before them.
            self._last = max(fresh, self._last + 1)
            return self._last.to_bytes(16, "big")


_ids = _Rising()


def new_id() -> bytes:
    """A fresh UUIDv7, 16 bytes; higher than all before."""
    return _ids.next()


def _of_now() -> int:
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big") >> 6
    version_and_high = 0x7000 | random >> 62
    variant_and_low = 1 << 63 | random & ((1 << 62) - 1)
    return (milliseconds << 16 | version_and_high) << 64 | variant_and_low
