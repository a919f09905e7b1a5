"""How much of the processor the index takes while it has something to catch up with. Pure."""

from __future__ import annotations

from typing import Final

_MIB: Final = 1024 * 1024

REST: Final = 3.0
"""The rest after a page of the log, times what the page took."""

REST_IN_FLOOD: Final = 12.0
"""The same while more comes in than goes into the index: messages first, the index can wait."""


def is_tight(free: int, size: int) -> bool:
    """Whether a disk of `size` bytes has so few left that messages need them more than the index.

    Less than 5 %, but 2 MiB at least and 64 MiB at most.
    """
    return free < min(max(size // 20, 2 * _MIB), 64 * _MIB)


class Pace:
    """Paces a follower that calls `rest_s` after each page."""

    def __init__(self) -> None:
        self._behind = 0

    def rest_s(self, took_s: float, behind: int) -> float:
        """Seconds to rest, when the page took `took_s` and `behind` contents are left."""
        grows, self._behind = behind > self._behind, behind
        return took_s * (REST_IN_FLOOD if grows else REST)
