"""Reading what was said before: catching up on many missed events, and pages of history."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

from perf.chat.frames import Frames, Realm, Run
from perf.chat.requests import Requests
from perf.latency import histogram
from perf.outcome import Measure, Outcome
from perf.plan import ClientPlan, LostMessages, Stream, WorkerPlan
from perf.proc import Meter
from perf.systems.base import System
from perf.systems.zmqchat import Zmqchat
from perf.traffic import collect
from zmqchat.protocol.chain import genesis
from zmqchat.protocol.limits import CATCH_UP_EVENTS
from zmqchat.protocol.replies import CaughtUpAll, Messages, OpenedRooms
from zmqchat.protocol.requests import CatchUp, History, OpenRooms, Span
from zmqchat.protocol.rooms import RoomInfo


def _filled(system: Zmqchat, messages: int) -> int:
    """A room with so many messages of 200 bytes, which nobody heard."""
    (room,) = system.rooms(1)
    sender = ClientPlan(0, (Stream(room, messages, 200, 200),))
    collect([WorkerPlan((sender,), {room: messages})], system)
    return room


@dataclass(frozen=True, slots=True)
class CatchUpScenario:
    """A client that missed `missed` messages fetches and verifies them, a request at a time."""

    name: str = "catch-up"
    missed: int = 100_000
    rounds: int = 1
    systems: tuple[str, ...] = ("zmqchat",)
    headline: tuple[str, ...] = ("events", "took", "cpu_server_each_event")

    def run(self, system: System, number: int) -> Outcome:
        """One round."""
        assert isinstance(system, Zmqchat)
        room = _filled(system, self.missed)
        requests, welcome = system.conductor()
        (info,) = requests.answer(OpenRooms([room]), OpenedRooms).rooms
        frames = Frames(Realm(welcome), room, info.handle, info.key)
        meter = Meter(system.processes)
        began = time.monotonic()
        got = sum(_fetched(requests, frames, info, genesis(welcome.realm, room)))
        took_s = time.monotonic() - began
        meter.stop()
        requests.close()
        if got != info.seq:
            raise LostMessages(f"{got} events of {info.seq}")
        measures = [
            Measure("events", got / took_s, "1/s"),
            Measure("took", took_s, "s"),
            Measure("cpu_server_each_event", meter.cpu_s["server"] * 1e6 / got, "us"),
        ]
        return Outcome(self.name, system.name, number, measures)


def _fetched(requests: Requests, frames: Frames, info: RoomInfo, chain: bytes) -> Iterator[int]:
    """Events reply by reply, each verified against the chain."""
    seq = 0
    while seq < info.seq:
        request = CatchUp([Span(info.room, seq, chain, CATCH_UP_EVENTS)])
        (span,) = requests.answer(request, CaughtUpAll).spans
        run = Run(span.events, 0, 0)
        if not span.events or run.first != seq + 1 or not frames.follows(run, chain):
            raise LostMessages(f"after {seq} the server has no event that follows")
        seq, chain = run.last, run.events[-1].chain
        yield len(span.events)


@dataclass(frozen=True, slots=True)
class HistoryScenario:
    """Pages of 50 messages from anywhere in a room of `messages`, one request after the other."""

    name: str = "history"
    messages: int = 20_000
    pages: int = 400
    rounds: int = 1
    systems: tuple[str, ...] = ("zmqchat",)
    headline: tuple[str, ...] = ("page_p50", "page_p99", "cpu_server_each_page")

    def run(self, system: System, number: int) -> Outcome:
        """One round."""
        assert isinstance(system, Zmqchat)
        room = _filled(system, self.messages)
        requests, _ = system.conductor()
        dice = random.Random(1)
        meter = Meter(system.processes)
        took_ns = [
            _page(requests, History(room, dice.randint(100, self.messages), 50))
            for _ in range(self.pages)
        ]
        meter.stop()
        requests.close()
        found = histogram(took_ns)
        measures = [
            Measure("page_p50", found.get_value_at_percentile(50) / 10, "us"),
            Measure("page_p99", found.get_value_at_percentile(99) / 10, "us"),
            Measure("cpu_server_each_page", meter.cpu_s["server"] * 1e6 / self.pages, "us"),
        ]
        return Outcome(self.name, system.name, number, measures)


def _page(requests: Requests, request: History) -> int:
    began = time.monotonic_ns()
    page = requests.answer(request, Messages)
    if len(page.messages) != request.limit:
        raise LostMessages(f"a page of {len(page.messages)} messages, not {request.limit}")
    return time.monotonic_ns() - began
