"""Rate limits as token buckets; the numbers stand in `docs/operations.md`.

They are generous, for many devices may share one address: a limit is there against a runaway
script and an attacker, not against a busy team.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_second` tokens flow in, and at most `burst` are kept."""

    per_second: float
    burst: float


HELLOS_PER_DEVICE = Rate(per_second=2, burst=60)
HELLOS_PER_ADDRESS = Rate(per_second=1_000, burst=10_000)
SENDS_PER_DEVICE = Rate(per_second=50_000, burst=100_000)
READS_PER_DEVICE = Rate(per_second=200, burst=1_000)


class Limiter:
    """Buckets of one rate, one a key. Time is in seconds, from any clock that only goes forward."""

    _KEYS = 100_000

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._buckets: dict[Hashable, tuple[float, float]] = {}

    def wait(self, key: Hashable, now: float, cost: float = 1.0) -> float:
        """Takes `cost` and returns 0.0, or takes nothing and returns the seconds to wait."""
        level, at = self._buckets.get(key, (self._rate.burst, now))
        level = min(self._rate.burst, level + (now - at) * self._rate.per_second)
        # A cost above the burst can be paid from a full bucket only.
        need = min(cost, self._rate.burst)
        if level < need:
            return (need - level) / self._rate.per_second
        self._make_room(now)
        self._buckets[key] = (level - need, now)
        return 0.0

    def _make_room(self, now: float) -> None:
        """Forgets the buckets that are full again, when there are many."""
        if len(self._buckets) < self._KEYS:
            return
        full_after = self._rate.burst / self._rate.per_second
        self._buckets = {
            key: (level, at) for key, (level, at) in self._buckets.items() if now - at < full_after
        }
