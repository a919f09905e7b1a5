"""Lines of the log that peers can bring about: how many of a kind are written. Pure."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

AT_ONCE: Final = 100
"""Lines of one kind that may come at once; afterwards there is one a second."""


class Often:
    """Counts by kind; kinds stand in the source, so there are few. `now`: seconds, monotonic."""

    def __init__(self) -> None:
        self._left: dict[Hashable, tuple[float, float]] = {}
        self._left_out: dict[Hashable, int] = {}

    def admit(self, kind: Hashable, now: float) -> int | None:
        """None: leave this line out. Else how many of its kind were, since the last one."""
        left, at = self._left.get(kind, (float(AT_ONCE), now))
        left = min(AT_ONCE, left + now - at)
        if left < 1.0:
            self._left[kind] = left, now
            self._left_out[kind] = self._left_out.get(kind, 0) + 1
            return None
        self._left[kind] = left - 1.0, now
        return self._left_out.pop(kind, 0)
