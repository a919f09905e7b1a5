"""Many clients log in: how fast, and what memory a connection takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from perf import proc
from perf.outcome import Measure, Outcome
from perf.plan import ClientPlan, WorkerPlan
from perf.pool import Pool
from perf.proc import Meter
from perf.systems.base import System
from perf.traffic import collect, dealt
from zmqchat.domain.rooms import GENERAL_ID


@dataclass(frozen=True, slots=True)
class Connect:
    """`clients` devices that have their names already; each opens a DEALER and a SUB.

    Logged in is who was welcomed, hears its room (the barrier came back) and has caught up.
    """

    clients: int
    processes: int = 2
    rounds: int = 1
    systems: tuple[str, ...] = ("zmqchat",)
    headline: tuple[str, ...] = (
        *("logins", "connecting", "memory_each", "memory_server_each"),
        *("cpu_server_each_login", "cpu_broker_each_login", "cpu_generators_each_login"),
        "foreign_load",
    )

    @property
    def name(self) -> str:
        """With the number of clients."""
        return f"connect-{self.clients}"

    def run(self, system: System, number: int) -> Outcome:
        """First all names are claimed, which is not measured; then all log in at once."""
        collect(self._plans(()), system)
        before = self._memory(system)
        meter = Meter(system.processes)
        with Pool(self._plans((GENERAL_ID,)), system.link()) as pool:
            pool.await_ready(lambda: None)
            meter.stop()
            after = self._memory(system)
            pool.go()
            reports = pool.reports()
        took_s = max(report.connecting_s for report in reports)
        generators_s = sum(report.connecting_cpu_s for report in reports)
        costs_s = {**meter.cpu_s, "generators": generators_s}
        each = [(now - was) / self.clients for was, now in zip(before, after, strict=True)]
        measures = [
            Measure("logins", self.clients / took_s, "1/s"),
            Measure("connecting", took_s, "s"),
            Measure("memory_each", sum(each), "KiB"),
            Measure("memory_server_each", each[0], "KiB"),
            *(
                Measure(f"cpu_{p}_each_login", s * 1e6 / self.clients, "us")
                for p, s in costs_s.items()
            ),
            Measure("foreign_load", meter.foreign_cores(generators_s), "cores"),
        ]
        return Outcome(self.name, system.name, number, measures)

    def _plans(self, hears: tuple[int, ...]) -> list[WorkerPlan]:
        clients = [ClientPlan(number, (), hears) for number in range(self.clients)]
        groups: Sequence[list[ClientPlan]] = dealt(clients, self.processes)
        return [WorkerPlan(tuple(group), dict.fromkeys(hears, 0), shared=True) for group in groups]

    @staticmethod
    def _memory(system: System) -> list[int]:
        return [proc.memory_kib(system.processes[name]) for name in ("server", "broker")]
