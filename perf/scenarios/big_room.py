"""A room that is larger than any sensible one, and by calculation one five times as large."""

from __future__ import annotations

from dataclasses import dataclass

from perf.outcome import Measure, Outcome
from perf.systems.base import System
from perf.traffic import LOADS, Traffic
from zmqchat.server.publisher import PACE_S

_CALCULATED_FOR = 10_000


@dataclass(frozen=True, slots=True)
class BigRoom:
    """`members` hear 20 messages a second. They share verification: here are no 2,000 CPUs."""

    name: str = "big-room"
    members: int = 2_000
    rounds: int = 1
    systems: tuple[str, ...] = ("zmqchat", "bare")
    headline: tuple[str, ...] = (
        *("latency_p50", "latency_p99", "cpu_broker_each_delivery"),
        *("pace_for_10000", "broker_busy_for_10000", *LOADS),
    )

    def run(self, system: System, number: int) -> Outcome:
        """One round, and what its broker's cost a delivery means for 10,000 members.

        Pacing delays a message by at most `pace`; the broker is then busy for `broker_busy` with
        each frame, however many messages it carries.
        """
        traffic = Traffic(self.name, 1, self.members, 60, 200, 200, rate=20, shared=True)
        outcome = traffic.run(system, number)
        costs = {measure.metric: measure.value for measure in outcome.measures}
        busy_ms = costs["cpu_broker_each_delivery"] * _CALCULATED_FOR / 1e3
        outcome.measures += [
            Measure("pace_for_10000", PACE_S * _CALCULATED_FOR * 1e3, "ms"),
            Measure("broker_busy_for_10000", busy_ms, "ms"),
        ]
        return outcome
