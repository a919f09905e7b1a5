"""Traffic scenarios: who sends what to whom. Declarative, the same for every system."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from perf.latency import STAGES
from perf.outcome import Measure, Outcome
from perf.plan import ClientPlan, LostMessages, Stream, WorkerPlan, WorkerReport
from perf.pool import Pool
from perf.proc import Meter
from perf.systems.base import System

_SAMPLES = 2_000
_MEASURED_IN_MB = 10_000

LATENCIES = ("latency_p50", "latency_p99", *(f"stage_{name}_p50" for name in STAGES))
"""What open loops are about."""

LOADS = ("generator_load", "busiest_generator", "foreign_load", "idle")
"""What else the machine did meanwhile, in every table: a generator that is busy is the limit."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """`senders` clients send `count` messages each, of `smallest` to `largest` bytes.

    `receivers` clients hear them; with `among` the senders are of their number. `rate` is messages
    a second of all senders together (open loop), None is saturation: as fast as the system takes.
    `processes` is how many generator processes the receivers are spread over; `shared` says whether
    those of a process share verification (None: in saturation only). `threads` gets `count` divided
    by `fewer`, or it would take most of the time.
    """

    name: str
    senders: int
    receivers: int
    count: int
    smallest: int
    largest: int
    among: bool = False
    rate: float | None = None
    processes: int = 2
    rounds: int = 99
    fewer: int = 1
    shared: bool | None = None
    systems: tuple[str, ...] = ("zmqchat", "bare", "bare-curve", "bare-stream", "threads")

    @property
    def headline(self) -> tuple[str, ...]:
        """In open loop the latency, else the throughput; and what it costs."""
        about: tuple[str, ...] = ("deliveries",)
        if self.rate:
            about = LATENCIES
        elif self.largest >= _MEASURED_IN_MB:
            about = ("deliveries", "throughput")
        return (*about, "cpu_server_each_message", "cpu_broker_each_delivery", *LOADS)

    def run(self, system: System, number: int) -> Outcome:
        """One round in a room of its own."""
        (room,) = system.rooms(1)
        own = replace(self, count=self.count // self.fewer) if system.name == "threads" else self
        return run(self.name, own.plans(room), system, number)

    def plans(self, room: int) -> list[WorkerPlan]:
        """One plan for each generator process."""
        groups = self._together(room) if self.among else self._apart(room)
        expected = {room: self.senders * self.count}
        deliveries = self.receivers * self.senders * self.count
        sample_every = 1 if self.rate else max(1, deliveries // _SAMPLES)
        return [
            WorkerPlan(tuple(group), expected, sample_every, self._shares(group))
            for group in groups
            if group
        ]

    def _shares(self, group: Sequence[ClientPlan]) -> bool:
        if self.shared is not None:
            return self.shared
        return self.rate is None and len(group) > 1

    def _stream(self, room: int) -> Stream:
        rate = self.rate / self.senders if self.rate else None
        return Stream(room, self.count, self.smallest, self.largest, rate)

    def _together(self, room: int) -> list[list[ClientPlan]]:
        clients = [
            ClientPlan(number, (self._stream(room),) if number < self.senders else (), (room,))
            for number in range(self.receivers)
        ]
        return dealt(clients, self.processes)

    def _apart(self, room: int) -> list[list[ClientPlan]]:
        senders = [ClientPlan(number, (self._stream(room),)) for number in range(self.senders)]
        receivers = [
            ClientPlan(self.senders + number, (), (room,)) for number in range(self.receivers)
        ]
        return [senders, *dealt(receivers, self.processes)]


def dealt(clients: Sequence[ClientPlan], processes: int) -> list[list[ClientPlan]]:
    """Clients spread over processes."""
    return [list(clients[start::processes]) for start in range(min(processes, len(clients)))]


def run(scenario: str, plans: Sequence[WorkerPlan], system: System, number: int) -> Outcome:
    """One round of these plans. LostMessages unless everybody got everything, once, in order."""
    reports, meter = collect(plans, system)
    deliveries = [delivery for report in reports for delivery in report.deliveries]
    measures = [*_throughput(reports), *_costs(reports, meter)]
    if any(stream.rate for plan in plans for client in plan.clients for stream in client.streams):
        measures.append(Measure("idle", meter.idle_cores, "cores"))
    every = max(plan.sample_every for plan in plans)
    return Outcome(scenario, system.name, number, measures, deliveries, every)


def collect(plans: Sequence[WorkerPlan], system: System) -> tuple[list[WorkerReport], Meter]:
    """Runs the plans; their reports in that order, and what the system's processes used.

    LostMessages unless every receiver got everything, once, in order.
    """
    rooms = sorted({room for plan in plans for room in plan.expected})
    with Pool(plans, system.link()) as pool:
        pool.await_ready(lambda: system.nudge(rooms))
        meter = Meter(system.processes)
        pool.go()
        reports = pool.reports()
        meter.stop()
    delivered = sum(report.delivered for report in reports)
    if delivered != (expected := sum(plan.deliveries for plan in plans)):
        raise LostMessages(f"{delivered} deliveries of {expected}")
    return reports, meter


def _throughput(reports: Sequence[WorkerReport]) -> Iterator[Measure]:
    began = min(report.first_sent_ns for report in reports if report.first_sent_ns)
    elapsed_s = (max(report.last_received_ns for report in reports) - began) / 1e9
    size = sum(report.delivered_bytes for report in reports)
    yield Measure("messages", sum(report.sent for report in reports) / elapsed_s, "1/s")
    yield Measure("deliveries", sum(report.delivered for report in reports) / elapsed_s, "1/s")
    yield Measure("throughput", size / elapsed_s / 1e6, "MB/s")
    yield Measure("elapsed", elapsed_s, "s")
    yield Measure("caught_up", sum(report.caught_up for report in reports), "deliveries")
    yield Measure("put_off", sum(report.refused for report in reports), "messages")


def _costs(reports: Sequence[WorkerReport], meter: Meter) -> Iterator[Measure]:
    sent = sum(report.sent for report in reports)
    delivered = sum(report.delivered for report in reports)
    generators_s = sum(report.cpu_s for report in reports)
    for process, cpu_s in meter.cpu_s.items():
        yield Measure(f"cpu_{process}", cpu_s, "s")
        yield Measure(f"memory_{process}", meter.memory_kib[process] / 1024, "MiB")
    yield Measure("cpu_generators", generators_s, "s")
    yield Measure("cpu_server_each_message", meter.cpu_s["server"] * 1e6 / sent, "us")
    if "broker" in meter.cpu_s:
        yield Measure("cpu_broker_each_delivery", meter.cpu_s["broker"] * 1e6 / delivered, "us")
    yield Measure("cpu_generators_each_delivery", generators_s * 1e6 / delivered, "us")
    yield Measure("generator_load", generators_s / meter.elapsed_s, "cores")
    yield Measure("busiest_generator", max(report.busy for report in reports) * 100, "%")
    yield Measure("foreign_load", meter.foreign_cores(generators_s), "cores")
