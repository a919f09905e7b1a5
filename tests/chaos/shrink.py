"""Makes a script that fails short: what can be left out while it still fails is left out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby, pairwise

from tests.chaos.faults import Fault, Script

_Placed = tuple[int, Fault]


def shrunk(script: Script, fails: Callable[[Script], bool], runs: int) -> Script:
    """The shortest script found within `runs` calls of `fails`; the script itself fails.

    Delta debugging (Zeller and Hildebrandt, 2002): parts are left out, halves first, single faults
    in the end. Faults stay in their storms.
    """
    kept = [(number, fault) for number, storm in enumerate(script) for fault in storm]
    parts = 2
    while len(kept) > 1 and runs > 0:
        for some in _without_a_part(kept, parts):
            if runs <= 0:
                break
            runs -= 1
            if fails(_script(some)):
                kept, parts = some, max(2, parts - 1)
                break
        else:
            if parts >= len(kept):
                break
            parts = min(len(kept), 2 * parts)
    return _script(kept)


def _without_a_part(kept: Sequence[_Placed], parts: int) -> list[list[_Placed]]:
    """What is left without each of so many parts; the later ones, nearer to the failure, last."""
    bounds = [len(kept) * part // parts for part in range(parts + 1)]
    return [[*kept[:start], *kept[end:]] for start, end in pairwise(bounds) if start < end]


def _script(kept: Sequence[_Placed]) -> Script:
    groups = groupby(kept, key=lambda each: each[0])
    return tuple(tuple(fault for _, fault in placed) for _, placed in groups)
