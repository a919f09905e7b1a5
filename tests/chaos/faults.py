"""Faults: which there are, on what, and scripts of them as lines of text. Pure.

A script is storms, one after another; the faults of a storm overlap, and after it the realm must
recover. As text, with seconds from the storm's begin and seconds that it lasts:

    storm
      0.42 0.00 kill server
      0.10 1.30 delay bob-broker by 0.25
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is done."""

    CUT = "cut"  # connections are reset
    HALF_OPEN = "half-open"  # connections are dead from now on, and neither end is told
    DELAY = "delay"  # every byte arrives `by` seconds later
    SWALLOW = "swallow"  # bytes are taken and never arrive; connections are reset at the end
    REFUSE = "refuse"  # nobody listens, and what was connected is reset
    KILL = "kill"  # SIGKILL
    STOP = "stop"  # SIGSTOP, and SIGCONT at the end
    TERM = "term"  # SIGTERM
    DISK_FULL = "disk-full"
    CLOCK = "clock"  # the wall clock is `by` seconds off, and right again at the end
    RESTORE = "restore"  # a backup is made, and at the end it is put in the database's place
    REMOVE_DEVICE = "remove-device"  # for good; at the end a further device joins
    KICK = "kick"  # out of the private room, and at the end invited into it again


PEOPLE = ("alice", "bob", "carol", "dave")
INVITED = ("bob", "carol")
"""alice owns the private room, where these are members and dave is not."""

TABLET = "tablet"
"""bob's further device: each that is removed is followed by another."""

CLIENTS = (*PEOPLE, TABLET)
PROCESSES = ("server", "broker", "search")
LINKS = (*(f"{client}-{end}" for client in CLIENTS for end in PROCESSES[:2]), "server-broker")
EVERY_LINK = "all"
EVERY_CLOCK = "all"

_ON_LINKS = (Kind.CUT, Kind.HALF_OPEN, Kind.DELAY, Kind.SWALLOW, Kind.REFUSE)
_ON_PROCESSES = (Kind.KILL, Kind.STOP, Kind.TERM)
_OWN_TARGETS = {
    **dict.fromkeys(_ON_LINKS, (*LINKS, EVERY_LINK)),
    **dict.fromkeys(_ON_PROCESSES, (*PROCESSES, *CLIENTS)),
    Kind.DISK_FULL: ("server",),
    Kind.CLOCK: (*CLIENTS, "server", "broker", EVERY_CLOCK),
    Kind.RESTORE: ("server",),
    Kind.REMOVE_DEVICE: (TABLET,),
    Kind.KICK: INVITED,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """`at_s` seconds after its storm began something breaks, and it is healed `lasts_s` later."""

    at_s: float
    lasts_s: float
    kind: Kind
    target: str
    by_s: float = 0.0

    @property
    def sort(self) -> str:
        """What counts as having been tried: the kind, and of processes the kind of process."""
        if self.kind in _ON_PROCESSES:
            return f"{self.kind} {'client' if self.target in CLIENTS else self.target}"
        return self.kind.value

    def __str__(self) -> str:
        by = f" by {self.by_s:.2f}" if self.by_s else ""
        return f"{self.at_s:.2f} {self.lasts_s:.2f} {self.kind} {self.target}{by}"


Storm = tuple[Fault, ...]
Script = tuple[Storm, ...]


def targets(kind: Kind) -> tuple[str, ...]:
    """What a fault of this kind can be on."""
    return _OWN_TARGETS[kind]


def _sorts() -> frozenset[str]:
    return frozenset(Fault(0, 0, kind, target).sort for kind in Kind for target in targets(kind))


SORTS = _sorts()
"""Every sort of fault that there is."""


def resources(fault: Fault) -> frozenset[str]:
    """What a fault needs for itself: no two of one storm share any of it."""
    target = fault.target
    match fault.kind:
        case Kind.CUT | Kind.HALF_OPEN | Kind.DELAY | Kind.SWALLOW | Kind.REFUSE:
            return frozenset(LINKS if target == EVERY_LINK else (target,))
        case Kind.KILL | Kind.STOP | Kind.TERM:
            return frozenset(("server", "search") if target == "server" else (target,))
        case Kind.DISK_FULL:
            return frozenset(("disk",))
        case Kind.CLOCK:
            return frozenset(("clock",))
        case Kind.RESTORE:  # what is put out meanwhile would be in again, rightly
            return frozenset(("server", "search", "disk", "members"))
        case Kind.REMOVE_DEVICE:
            return frozenset(("members", "bob", TABLET))
        case Kind.KICK:
            return frozenset(("members", "alice", target))


def text_of(script: Iterable[Storm]) -> str:
    """The script as lines."""
    return "".join(
        line for storm in script for line in ("storm\n", *(f"  {fault}\n" for fault in storm))
    )


_LINE = re.compile(
    r"(?P<at>\d+(\.\d+)?) (?P<lasts>\d+(\.\d+)?) (?P<kind>\S+) (?P<target>\S+)"
    r"( by (?P<by>-?\d+(\.\d+)?))?"
)


def parse(text: str) -> Script:
    """The script in these lines, without comments (`#`); ValueError says which line is none."""
    storms: list[list[Fault]] = []
    for number, line in enumerate(text.splitlines(), 1):
        said = line.partition("#")[0].strip()
        if said == "storm":
            storms.append([])
        elif said:
            if not storms:
                raise ValueError(f"line {number} stands before the first storm: {said}")
            storms[-1].append(_fault(number, said))
    return tuple(map(tuple, storms))


def _fault(number: int, line: str) -> Fault:
    found = _LINE.fullmatch(line)
    if found is None or found["kind"] not in set(Kind):
        raise ValueError(f"line {number} is no fault: {line}")
    kind = Kind(found["kind"])
    if found["target"] not in targets(kind):
        raise ValueError(f"line {number}: {kind} is on one of {', '.join(targets(kind))}")
    by = float(found["by"] or 0)
    return Fault(float(found["at"]), float(found["lasts"]), kind, found["target"], by)
