"""How much of the processor the index takes while it has something to catch up with. Pure."""

from __future__ import annotations

from typing import Final

REST: Final = 3.0
"""The rest after a page of the log, times what the page took."""

REST_IN_FLOOD: Final = 12.0
"""The same while more comes in than goes into the index: messages first, the index can wait."""


class Pace:
    """Paces a follower that calls `rest_s` after each page."""

    def __init__(self) -> None:
        self._behind = 0

    def rest_s(self, took_s: float, behind: int) -> float:
        """Seconds to rest, when the page took `took_s` and `behind` contents are left."""
        grows, self._behind = behind > self._behind, behind
        return took_s * (REST_IN_FLOOD if grows else REST)
