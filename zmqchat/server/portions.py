"""How many sends go into one commit. Pure.

Whoever sends while a commit is under way waits for the rest of it and for all of the next. So a
commit takes about as many as are decided and written in the time in which they are made durable:
fewer make nobody's wait much shorter, and more hardly help on a disk that is not slow. Beside
somebody who sends without a pause, others wait a third of what they wait in commits of `MOST`, and
no traffic measured loses by it (`make perf-attack ARGS=sends`).
"""

from __future__ import annotations

from typing import Final

MOST: Final = 512
"""Sends, whatever the disk."""

FEWEST: Final = 64

_WORTH: Final = 16  # sends: of fewer the time says little of one
_WEIGHT: Final = 0.25  # of what is new, beside what is known


class Portions:
    """`most` is how many sends the next commit takes, with which it takes no further request."""

    def __init__(self) -> None:
        self._each_s = 0.0
        self._durable_s = 0.0

    @property
    def most(self) -> int:
        """`FEWEST` to `MOST`; the fewest while nothing is known."""
        if not self._each_s:
            return FEWEST
        return max(FEWEST, min(MOST, int(self._durable_s / self._each_s)))

    def took(self, sends: int, deciding_s: float, durable_s: float) -> None:
        """A commit of so many took so long to be decided and written, and then to be durable."""
        if sends < _WORTH:
            return
        weight = _WEIGHT if self._each_s else 1.0
        self._each_s += weight * (deciding_s / sends - self._each_s)
        self._durable_s += weight * (durable_s - self._durable_s)
