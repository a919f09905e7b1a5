"""What the others feel: latency of a room with and without something that disturbs it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection

import zmq

from perf.chat.client import ChatLink
from perf.latency import histogram, latency_ns
from perf.outcome import Measure, Outcome
from perf.plan import ClientPlan, Delivery, WorkerPlan
from perf.spawned import Spawned
from perf.systems.base import System
from perf.systems.zmqchat import Zmqchat
from perf.traffic import Traffic, collect
from zmqchat.protocol import topics
from zmqchat.protocol.replies import Welcome
from zmqchat.security import sockets

_STALLED = 1_000
_RATE = 600
_CHURNER = 2_000
_CHURN_S = 0.05


def compared(with_it: list[Delivery], without: list[Delivery]) -> Iterator[Measure]:
    """What the others felt with the disturbance, without it, and the ratio."""
    for name, percentile in (("p50", 50.0), ("p99", 99.0), ("max", 100.0)):
        values_us = []
        for kind, deliveries in (("with", with_it), ("without", without)):
            found = histogram(map(latency_ns, deliveries)).get_value_at_percentile(percentile) / 10
            values_us.append(found)
            yield Measure(f"others_{name}_{kind}", found, "us")
        yield Measure(f"others_{name}_ratio", values_us[0] / values_us[1], "")


@dataclass(frozen=True, slots=True)
class SlowSubscriber:
    """One of four receivers stops reading for `stall_s` seconds, then reads and catches up.

    8 KB messages at 600/s: more frames than its queue, the broker's and TCP hold together.
    """

    name: str = "slow-subscriber"
    stall_s: float = 10.0
    rounds: int = 1
    systems: tuple[str, ...] = ("zmqchat",)
    headline: tuple[str, ...] = (
        *("others_p50_ratio", "others_p99_with", "others_p99_without", "others_p99_ratio"),
        *("catching_up", "caught_up"),
    )

    def run(self, system: System, number: int) -> Outcome:
        """Twice the same traffic, the second time with the client that stalls."""
        count = int(_RATE * self.stall_s)
        traffic = Traffic(self.name, 1, 3, count, 8_000, 8_000, rate=_RATE)
        without, _ = collect(traffic.plans(*system.rooms(1)), system)
        (room,) = system.rooms(1)
        plans = traffic.plans(room)
        stalled = WorkerPlan(
            (ClientPlan(_STALLED, (), (room,)),),
            plans[0].expected,
            sample_every=traffic.count,
            stall_s=self.stall_s,
        )
        *others, slow = collect([*plans, stalled], system)[0]
        deliveries = [delivery for report in others for delivery in report.deliveries]
        baseline = [delivery for report in without for delivery in report.deliveries]
        measures = [
            *compared(deliveries, baseline),
            Measure("catching_up", (slow.last_received_ns - slow.resumed_ns) / 1e9, "s"),
            Measure("caught_up", slow.caught_up, "messages"),
        ]
        return Outcome(self.name, system.name, number, measures)


@dataclass(frozen=True, slots=True)
class Churn:
    """Clients with `topics` subscriptions come and go, many times a second."""

    name: str = "churn"
    topics: int = 10_000
    rounds: int = 2
    systems: tuple[str, ...] = ("zmqchat",)
    headline: tuple[str, ...] = (
        *("others_p50_ratio", "others_p99_with", "others_p99_without", "others_p99_ratio"),
        "others_max_with",
    )

    def run(self, system: System, number: int) -> Outcome:
        """Twice the same traffic, the second time beside the churn."""
        assert isinstance(system, Zmqchat)
        traffic = Traffic(self.name, 1, 10, 300, 200, 200, rate=100)
        without = traffic.run(system, number)
        with churning(system.link(), self.topics):
            outcome = traffic.run(system, number)
        measures = [*compared(outcome.deliveries, without.deliveries)]
        return replace(outcome, measures=measures, deliveries=[])


@contextmanager
def churning(link: ChatLink, count: int) -> Iterator[None]:
    """A process whose SUB comes with `count` topics and goes, again and again."""
    with Spawned("the client that comes and goes", _churn, link, count) as churner:
        churner.said()
        yield


def _churn(pipe: Connection, link: ChatLink, count: int) -> None:
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    _, welcome = link.session(context, _CHURNER)
    address = welcome.brokers[0].replace("//*:", f"//{link.host}:")
    _come_and_go(context, welcome, address, count)
    pipe.send("began")
    while not pipe.poll():
        _come_and_go(context, welcome, address, count)
    context.destroy(linger=0)


def _come_and_go(
    context: zmq.Context[zmq.Socket[bytes]], welcome: Welcome, address: str, count: int
) -> None:
    sub = sockets.listen_sub(context, welcome.listen)
    for number in range(count):
        sub.subscribe(topics.handle(1_000_000 + number))
    sub.subscribe(topics.barrier(secrets.token_bytes(8)))
    sockets.connect(sub, address)
    sub.poll(10_000)
    time.sleep(_CHURN_S)
    sub.close()
