"""Send ids: UUIDs of version 7, so that ids sort by time."""

from __future__ import annotations

import os
import time


def new_id() -> bytes:
    """A fresh UUIDv7, 16 bytes."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big") >> 6
    version_and_high = 0x7000 | random >> 62
    variant_and_low = 1 << 63 | random & ((1 << 62) - 1)
    head = (milliseconds << 16 | version_and_high) & ((1 << 64) - 1)
    return head.to_bytes(8, "big") + variant_and_low.to_bytes(8, "big")
