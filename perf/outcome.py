"""What a scenario's round on one system came to: measures, and the deliveries behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from perf.plan import Delivery
from perf.systems.base import System


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of one round."""

    metric: str
    value: float
    unit: str


@dataclass(slots=True)
class Outcome:
    """One round. `deliveries` may be a sample: one of `sampled_every`."""

    scenario: str
    system: str
    number: int
    measures: list[Measure]
    deliveries: list[Delivery] = field(default_factory=list)
    sampled_every: int = 1


class Scenario(Protocol):
    """Something to measure. `systems` are those it makes sense on, `rounds` at most so many."""

    @property
    def name(self) -> str:
        """What it is called on the command line and in files."""

    @property
    def systems(self) -> tuple[str, ...]:
        """Names of systems, zmqchat first."""

    @property
    def rounds(self) -> int:
        """More rounds than these show nothing new."""

    @property
    def headline(self) -> tuple[str, ...]:
        """The metrics that it is about."""

    def run(self, system: System, number: int) -> Outcome:
        """One round. LostMessages where a message was lost, doubled or reordered."""
