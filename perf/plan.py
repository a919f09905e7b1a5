"""What travels between the harness and its generator processes: plans there, reports back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Stream:
    """What one client sends to one room: `count` messages of `smallest` to `largest` bytes.

    `rate` is messages a second by the clock (open loop: nothing waits for the system), or None for
    as fast as the system takes them.
    """

    room: int
    count: int
    smallest: int
    largest: int
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class ClientPlan:
    """One client: `number` tells it from all others, `hears` are the rooms that it receives."""

    number: int
    streams: tuple[Stream, ...] = ()
    hears: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """One generator process's clients.

    `expected` is how many messages each room gets altogether; one of `sample_every` deliveries is
    kept with its times; `shared` lets receivers in this process share the verification of a frame
    that they got byte for byte; without progress for `patience_s` seconds it gives up. For
    `stall_s` seconds after the start it reads nothing.
    """

    clients: tuple[ClientPlan, ...]
    expected: dict[int, int]
    sample_every: int = 1
    shared: bool = False
    patience_s: float = 20.0
    stall_s: float = 0.0

    @property
    def deliveries(self) -> int:
        """How many there must be."""
        return sum(self.expected[room] for client in self.clients for room in client.hears)


class Delivery(NamedTuple):
    """One message that one client received; times are `time.monotonic_ns`, 0 where not known."""

    sender: int
    receiver: int
    room: int
    seq: int
    size_bytes: int
    intended_ns: int
    sent_ns: int
    committed_ns: int
    published_ns: int
    received_ns: int


@dataclass(slots=True)
class WorkerReport:
    """What a generator process did. `problems` says what was lost, doubled or out of order.

    `busy` is the share of the time that its one thread of Python worked: near 1 it is the limit.
    """

    delivered: int = 0
    delivered_bytes: int = 0
    sent: int = 0
    caught_up: int = 0
    refused: int = 0
    first_sent_ns: int = 0
    last_received_ns: int = 0
    connecting_s: float = 0.0
    connecting_cpu_s: float = 0.0
    resumed_ns: int = 0
    cpu_s: float = 0.0
    busy: float = 0.0
    memory_kib: int = 0
    deliveries: list[Delivery] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class LostMessages(Exception):
    """A receiver did not get everything once and in order: the run counts for nothing."""
