"""Memory of the process: what messages leave is kept for the next ones."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

_M_TRIM_THRESHOLD: Final = -1  # of mallopt(3), as glibc's malloc.h numbers them
_M_MMAP_THRESHOLD: Final = -3

_KEPT_BYTES: Final = 32 * 1024 * 1024
_MAPPED_BYTES: Final = 8 * 1024 * 1024


def keep_freed() -> bool:
    """Has malloc keep up to 32 MiB that were freed, where it is glibc's (False elsewhere).

    By itself glibc gives memory back at the end of nearly every message of more than some 100 KB,
    and the next one pays a page fault for each 4 KiB of it: in a receiver of frames of 256 KiB that
    was a third of the time.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return bool(
        mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES) and mallopt(_M_MMAP_THRESHOLD, _MAPPED_BYTES)
    )


@contextmanager
def survivors_left_alone() -> Iterator[None]:
    """Has Python's collector of cycles look at each object in one full collection, and never again.

    What lives through one is state that stays, and has no cycles. To look at all of a thousand
    people in 335 rooms each time held the server up for 0.3 s.
    """
    gc.freeze()
    gc.callbacks.append(_leave_survivors)
    try:
        yield
    finally:
        gc.callbacks.remove(_leave_survivors)
        gc.unfreeze()


def _leave_survivors(phase: str, info: Mapping[str, int]) -> None:
    if phase == "stop" and info["generation"] == len(gc.get_threshold()) - 1:
        gc.freeze()
