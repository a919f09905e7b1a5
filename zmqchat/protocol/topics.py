"""SUB topics: handles of room epochs, and barriers.

A handle is a 4-byte counter, big-endian, and never begins with 0xff; a barrier is 0xff and a
nonce. libzmq resends subscriptions in byte order on every reconnect, so a barrier comes last and
its answer says that every handle before it is in force.
"""

from __future__ import annotations

from zmqchat.protocol.limits import BARRIER_BYTES, HANDLE_BYTES

_BARRIER_MARK = b"\xff"
LAST_HANDLE = 0xFEFFFFFF


def handle(number: int) -> bytes:
    """The topic of handle `number` (0 to `LAST_HANDLE`); ValueError outside of it."""
    if not 0 <= number <= LAST_HANDLE:
        raise ValueError(f"handle {number} is outside 0..{LAST_HANDLE}")
    return number.to_bytes(HANDLE_BYTES, "big")


def barrier(nonce: bytes) -> bytes:
    """The barrier topic of an 8-byte nonce."""
    if len(nonce) != BARRIER_BYTES - 1:
        raise ValueError("a barrier's nonce has 8 bytes")
    return _BARRIER_MARK + nonce


def is_handle(topic: bytes) -> bool:
    """Whether `topic` is a whole handle, and so may be subscribed to."""
    return len(topic) == HANDLE_BYTES and topic[:1] != _BARRIER_MARK


def is_barrier(topic: bytes) -> bool:
    """Whether `topic` is a whole barrier, and so is answered by the broker."""
    return len(topic) == BARRIER_BYTES and topic[:1] == _BARRIER_MARK
