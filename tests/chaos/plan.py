"""Which storms a seed comes to: every sort of fault once, then again in another order. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.chaos.faults import (
    EVERY_LINK,
    LINKS,
    SORTS,
    Fault,
    Kind,
    Script,
    Storm,
    resources,
    targets,
)

_AT_ONCE = 3
_BEGINS_WITHIN_S = 1.0
_EVERY_LINK_OF = 4
"""One fault of so many on connections is on all of them."""

_LASTS_S = {
    Kind.DELAY: (0.5, 2.0),
    Kind.SWALLOW: (0.5, 2.0),
    Kind.REFUSE: (0.5, 2.0),
    Kind.STOP: (0.5, 3.0),
    Kind.DISK_FULL: (0.8, 2.0),
    Kind.CLOCK: (0.5, 2.5),
    Kind.RESTORE: (0.5, 1.5),
    Kind.REMOVE_DEVICE: (0.3, 1.0),
    Kind.KICK: (0.3, 1.0),
}
"""The others are over at once."""

_JUMPS_S = (-86_400.0, -3_700.0, -61.0, -1.5, 1.5, 61.0, 3_700.0, 86_400.0)
"""A listening token is good for an hour: some jumps are longer."""


def storms(seed: int) -> Iterator[Storm]:
    """Storms without end, the same for the same seed; see `first_pass`."""
    chance = random.Random(seed)
    while True:
        yield from _pass(chance)


def first_pass(seed: int) -> Script:
    """The first of the seed's storms, in which every sort of fault is there once."""
    return _pass(random.Random(seed))


def _pass(chance: random.Random) -> Script:
    """Every sort of fault once, in storms of one to three that do not need the same things."""
    waiting = [_fault(chance, sort) for sort in sorted(SORTS)]
    chance.shuffle(waiting)
    made: list[Storm] = []
    while waiting:
        size = chance.choice((1, *range(2, _AT_ONCE + 1), _AT_ONCE))
        storm: list[Fault] = []
        taken: frozenset[str] = frozenset()
        for fault in list(waiting):
            if len(storm) < size and not taken & resources(fault):
                storm.append(fault)
                waiting.remove(fault)
                taken |= resources(fault)
        made.append(tuple(sorted(storm, key=lambda fault: fault.at_s)))
    return tuple(made)


def _fault(chance: random.Random, sort: str) -> Fault:
    kind = Kind(sort.partition(" ")[0])
    target = _target(chance, kind, sort)
    at = round(chance.uniform(0, _BEGINS_WITHIN_S), 2)
    lasts = round(chance.uniform(*_LASTS_S.get(kind, (0, 0))), 2)
    return Fault(at, lasts, kind, target, _by(chance, kind))


def _target(chance: random.Random, kind: Kind, sort: str) -> str:
    fitting = [each for each in targets(kind) if Fault(0, 0, kind, each).sort == sort]
    if EVERY_LINK in fitting and LINKS[0] in fitting:
        return EVERY_LINK if not chance.randrange(_EVERY_LINK_OF) else chance.choice(LINKS)
    return chance.choice(fitting)


def _by(chance: random.Random, kind: Kind) -> float:
    if kind is Kind.DELAY:
        return round(chance.uniform(0.05, 0.5), 2)
    return chance.choice(_JUMPS_S) if kind is Kind.CLOCK else 0.0
