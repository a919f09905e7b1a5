"""A generator process: one poll loop for all its clients, sparing of the machine."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

import zmq

from perf import proc
from perf.plan import WorkerPlan, WorkerReport
from perf.source import Source
from perf.systems.base import Client, Link
from zmqchat.runtime.limits import raise_open_files
from zmqchat.runtime.memory import keep_freed

READY, GO, END = "ready", "go", "end"
_CONNECTING_AT_ONCE = 50
_TICK_S = 0.05
_BACKLOG_MS = 1


class Loop:
    """Drives clients. `pipe` is to the harness, and polled with the sockets."""

    def __init__(self, clients: Sequence[Client], pipe: Connection | None = None) -> None:
        self._clients = clients
        self._poller = zmq.Poller()
        self._pipe = pipe.fileno() if pipe else None
        if pipe:
            self._poller.register(pipe.fileno(), zmq.POLLIN)
        self._owner: dict[Any, Client] = {}
        self._next_tick = 0.0
        self._hears = False

    def watch(self, clients: Sequence[Client]) -> None:
        """Polls what these clients have open."""
        for client in clients:
            self._hears = self._hears or not client.tally.complete
            for source in client.sockets:
                if source not in self._owner:
                    self._owner[source] = client
                    self._poller.register(source, zmq.POLLIN)

    def turn(self, patience_ms: float) -> bool:
        """Waits once and serves whoever has something; whether the harness said something."""
        if patience_ms < 1 and not self._hears:
            time.sleep(patience_ms / 1e3)  # poll counts in whole milliseconds
        ready = dict(self._poller.poll(int(patience_ms)))
        told = bool(ready.pop(self._pipe, 0))
        for client in {id(c): c for c in (self._owner[source] for source in ready)}.values():
            client.receive()
        now = time.monotonic()
        if now >= self._next_tick:
            self._next_tick = now + _TICK_S
            for client in self._clients:
                client.tick(now)
        return told


class Worker:
    """The clients of one plan, from connecting to the report."""

    def __init__(self, plan: WorkerPlan, link: Link, pipe: Connection) -> None:
        self._plan = plan
        self._pipe = pipe
        self._context: zmq.Context[Any] = zmq.Context()
        self._context.set(zmq.MAX_SOCKETS, 16_384)
        self._clients: list[Client] = []
        self._loop = Loop(self._clients, pipe)
        self._link = link
        self._first_sent_ns = 0
        self._sent = 0
        self._resumed_ns = 0
        self._connecting_s = self._connecting_cpu_s = 0.0

    def run(self) -> None:
        """Connects, says so, works when told to, reports, and leaves when told to."""
        began, used = time.monotonic(), time.process_time()
        self._connect()
        self._connecting_s = time.monotonic() - began
        self._connecting_cpu_s = time.process_time() - used
        self._pipe.send(READY)
        while not self._loop.turn(100):
            pass
        assert self._pipe.recv() == GO
        gc.collect()
        gc.freeze()
        gc.disable()  # a pause of the generator is not the system's
        time.sleep(self._plan.stall_s)
        self._resumed_ns = time.monotonic_ns()
        used, own, began = time.process_time(), time.thread_time(), time.monotonic()
        self._work()
        busy = (time.thread_time() - own) / (time.monotonic() - began)
        self._pipe.send(self._report(time.process_time() - used, busy))
        while not self._loop.turn(100):  # who stopped reading would disturb the others
            pass
        for client in self._clients:
            client.close()
        self._context.destroy(linger=0)

    def _connect(self) -> None:
        plans = list(self._plan.clients)
        deadline = time.monotonic() + self._plan.patience_s
        while plans or not all(client.ready for client in self._clients):
            waiting = sum(not client.ready for client in self._clients)
            for plan in plans[: _CONNECTING_AT_ONCE - waiting]:
                self._clients.append(self._link.client(self._context, plan, self._plan))
                plans.remove(plan)
                deadline = time.monotonic() + self._plan.patience_s
            self._loop.watch(self._clients)
            self._loop.turn(20)
            if time.monotonic() > deadline or any(c.tally.problems for c in self._clients):
                problems = [text for c in self._clients for text in c.tally.problems]
                raise RuntimeError(f"clients do not get ready: {problems}")

    def _work(self) -> None:
        sending = self._sending()
        progress, since = -1, time.monotonic()
        while sending or not all(self._is_done(client) for client in self._clients):
            sending = [(client, source) for client, source in sending if not source.finished]
            self._send(sending)
            self._loop.turn(self._patience_ms(sending))
            before, progress = progress, sum(c.tally.delivered for c in self._clients) + self._sent
            if progress != before:
                since = time.monotonic()
            elif time.monotonic() - since > self._plan.patience_s:
                return

    def _sending(self) -> list[tuple[Client, Source]]:
        now_ns = time.monotonic_ns()
        count = len(self._clients)
        sending = []
        for client, plan in zip(self._clients, self._plan.clients, strict=True):
            if plan.streams:
                source = Source(plan, count)
                source.start(now_ns)
                sending.append((client, source))
        return sending

    @staticmethod
    def _is_done(client: Client) -> bool:
        return client.tally.complete and client.settled

    def _send(self, sending: Sequence[tuple[Client, Source]]) -> None:
        for client, source in sending:
            most, most_bytes = client.capacity()
            if most <= 0 or most_bytes <= 0:
                continue
            now_ns = time.monotonic_ns()
            if messages := source.take(now_ns, most, most_bytes):
                self._first_sent_ns = self._first_sent_ns or now_ns
                self._sent += len(messages)
                client.send(messages, time.monotonic_ns())

    @staticmethod
    def _patience_ms(sending: Sequence[tuple[Client, Source]]) -> float:
        """Until the next message is due; a client that cannot send waits for its sockets."""
        due = [source.next_due_ns() for _, source in sending]
        soonest = min((at for at in due if at is not None), default=None)
        if soonest is None:
            return 20
        wait_ms = (soonest - time.monotonic_ns()) / 1e6
        # Due, and still here: its client cannot send now.
        return _BACKLOG_MS if wait_ms <= 0 else min(wait_ms, 20)

    def _report(self, cpu_s: float, busy: float) -> WorkerReport:
        report = WorkerReport(sent=self._sent, cpu_s=cpu_s, busy=busy)
        report.first_sent_ns = self._first_sent_ns
        report.connecting_s, report.connecting_cpu_s = self._connecting_s, self._connecting_cpu_s
        report.resumed_ns = self._resumed_ns
        report.memory_kib = proc.memory_kib(os.getpid())
        for client in self._clients:
            tally = client.tally
            if tally.missing > 0:
                tally.problem(f"{tally.missing} messages are missing")
            if not client.settled:
                tally.problem("sends were not acknowledged")
            report.delivered += tally.delivered
            report.delivered_bytes += tally.delivered_bytes
            report.caught_up += client.caught_up
            report.refused += client.refused
            report.last_received_ns = max(report.last_received_ns, tally.last_received_ns)
            report.deliveries += tally.deliveries
            report.problems += tally.problems
        return report


def main(pipe: Connection, plan: WorkerPlan, link: Link) -> None:
    """A generator process's whole life; what goes wrong is reported over `pipe`."""
    raise_open_files()
    keep_freed()
    try:
        Worker(plan, link, pipe).run()
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return  # the harness has ended
    except Exception as error:  # noqa: BLE001 - whatever it is, the harness must hear of it
        pipe.send(WorkerReport(problems=[f"{type(error).__name__}: {error}"]))
