"""When to come again: those who are refused for now are told one time after the other. Pure."""

from __future__ import annotations

from typing import Final

_LONGEST_S: Final = 60.0
_SHORTEST_S: Final = 0.1

_UNIT_S: Final = 20e-6
"""What a unit of cost is taken to need, until it is known."""

_REMEMBERED: Final = 100_000
"""Units of cost after which what was measured before counts for half."""


class Appointments:
    """Times at which `threads` threads will be free, reckoned from how fast they have been.

    If all came again at once they would be refused again, and again. So each is given a time behind
    what waits and behind those who were told a time before: as long as the whole herd needs.
    """

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._cost, self._took_s = float(_REMEMBERED), _REMEMBERED * _UNIT_S
        self._used_s = self._took_s
        self._booked_until = 0.0

    @property
    def speed(self) -> float:
        """Units of cost a second, of all threads together."""
        return self._threads * self._cost / self._took_s

    def took(self, cost: int, seconds: float, used_s: float) -> int:
        """One thread needed so long for something of this cost; what it came to, as things go.

        `used_s` is what it used of what all share, such as the processor: nobody is charged for
        having waited.
        """
        came_to = int(used_s * self._cost / self._used_s)
        kept = 0.5 ** (cost / _REMEMBERED)
        self._cost = self._cost * kept + cost
        self._took_s = self._took_s * kept + seconds
        self._used_s = self._used_s * kept + used_s
        return came_to

    def book(self, now: float, waiting: int, cost: int) -> float:
        """Seconds until there is time for something of this cost, with `waiting` before it."""
        begins = max(self._booked_until, now + waiting / self.speed)
        self._booked_until = min(begins + cost / self.speed, now + _LONGEST_S)
        return max(_SHORTEST_S, min(begins - now, _LONGEST_S))

    def free(self) -> None:
        """Nothing waits: whoever comes now, comes at the right time."""
        self._booked_until = 0.0
