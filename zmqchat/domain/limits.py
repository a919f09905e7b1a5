"""Rate limits as token buckets; the numbers stand in `docs/operations.md`.

They are generous, for many devices may share one address: a limit is there against a runaway
script and an attacker, not against a busy team. Reads are counted by what they cost, in events.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_second` tokens flow in, and at most `burst` are kept."""

    per_second: float
    burst: float


HELLOS_PER_DEVICE = Rate(per_second=2, burst=60)
HELLOS_PER_ADDRESS = Rate(per_second=1_000, burst=10_000)
SENDS_PER_DEVICE = Rate(per_second=50_000, burst=100_000)
READS_PER_DEVICE = Rate(per_second=20_000, burst=200_000)
ROOMS_PER_DEVICE = Rate(per_second=1, burst=200)
PASSWORDS_WHERE_KNOWN = Rate(per_second=1 / 30, burst=10)
PASSWORDS_ELSEWHERE = Rate(per_second=50 / 86_400, burst=50)
PASSWORDS_PER_ADDRESS = Rate(per_second=1, burst=100)
PASSWORDS_PER_DEVICE = Rate(per_second=1 / 30, burst=10)
HEARTBEATS_PER_DEVICE = Rate(per_second=20, burst=400)
CHANGES_PER_DEVICE = Rate(per_second=50, burst=2_000)
PROFILES_PER_DEVICE = Rate(per_second=1 / 5, burst=20)
CODES_PER_USER = Rate(per_second=1 / 30, burst=20)
INVITES_PER_USER = Rate(per_second=1, burst=200)
NAMES_BY_LINK = Rate(per_second=1, burst=5_000)
INVITED_PER_USER = Rate(per_second=1 / 3, burst=20)
TALKED_TO_PER_USER = Rate(per_second=1, burst=100)
SEARCHES_PER_DEVICE = Rate(per_second=5, burst=50)
SIGNALS_PER_SESSION = Rate(per_second=2, burst=20)
TYPING_PER_ROOM = Rate(per_second=100, burst=1_000)


_MIB: Final = 1024 * 1024
_DAY_S: Final = 24 * 3600
_AT_ONCE_S: Final = 256
"""Seconds of a person's bytes that may come at once: who has said nothing may say much."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a person may have stored, on all devices together, in bytes of their requests."""

    a_second: int = _MIB
    a_day: int = 4096 * _MIB

    @property
    def rates(self) -> tuple[Rate, Rate]:
        """As buckets. They begin full, whenever the server starts."""
        return (
            Rate(self.a_second, _AT_ONCE_S * self.a_second),
            Rate(self.a_day / _DAY_S, self.a_day),
        )


ALLOWANCE: Final = Allowance()


class Limiter:
    """Buckets of one rate, one a key. Time is in seconds, from any clock that only goes forward."""

    _KEYS = 100_000

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def wait(self, key: Hashable, now: float, cost: float = 1.0) -> float:
        """Takes `cost` and returns 0.0, or takes nothing and returns the seconds to wait."""
        level, at = self._buckets.get(key, (self._rate.burst, now))
        level = min(self._rate.burst, level + (now - at) * self._rate.per_second)
        # A cost above the burst can be paid from a full bucket only.
        need = min(cost, self._rate.burst)
        if level < need:
            return (need - level) / self._rate.per_second
        self._buckets[key] = (level - need, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._KEYS:
            # The one that was left alone longest is the fullest, or its owner the most patient.
            self._buckets.popitem(last=False)
        return 0.0

    def give_back(self, key: Hashable, cost: float) -> None:
        """What was taken was not used after all."""
        if key in self._buckets:
            level, at = self._buckets[key]
            self._buckets[key] = min(self._rate.burst, level + cost), at
