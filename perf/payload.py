"""What a measured message says: who sent it, which it is, when it was due and when it left.

All of it is in the text, as 44 hexadecimal digits before the filling, so that every system carries
the same and any receiver can check order and compute latency from what it received. Times are
`time.monotonic_ns`, which all processes of a machine share.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

HEADER = 44
_FILLING = ("lorem ipsum dolor sit amet consectetur " * 1800)[: 64 * 1024]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a text's header says. `index` counts a sender's messages to one room from 0."""

    sender: int
    index: int
    intended_ns: int
    sent_ns: int


def text(sender: int, index: int, intended_ns: int, sent_ns: int, size: int) -> str:
    """A message of `size` characters, each of them one byte (at least `HEADER`)."""
    return f"{sender:04x}{index:08x}{intended_ns:016x}{sent_ns:016x}{_FILLING[: size - HEADER]}"


def stamp(header: bytes) -> Stamp:
    """The stamp of a text that starts with `header`; ValueError for any other bytes."""
    return Stamp(
        int(header[:4], 16), int(header[4:12], 16), int(header[12:28], 16), int(header[28:44], 16)
    )


def sizes(sender: int, count: int, smallest: int, largest: int) -> list[int]:
    """The sizes of a sender's messages in bytes: the same in every run, for every system."""
    generator = random.Random(sender)
    return [generator.randint(smallest, largest) for _ in range(count)]
