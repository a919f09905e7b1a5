"""The baseline `threads`: clients of the original architecture (`threads_hub`) over plain TCP."""

from __future__ import annotations

import socket
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import zmq

from perf.plan import ClientPlan, WorkerPlan
from perf.ports import HOST, free_ports
from perf.source import Message
from perf.systems.base import PROBE, packed
from perf.systems.hosted import Hosted
from perf.tally import Tally

_LENGTH = 4
_PROBE_BYTES = len(packed(0, PROBE))
_READ = 256 * 1024
_READS_A_TURN = 8
_WINDOW = 1_024
_WINDOW_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ThreadsLink:
    """Its port."""

    port: int

    def client(
        self, context: zmq.Context[Any], plan: ClientPlan, worker: WorkerPlan
    ) -> ThreadsClient:
        """Makes a client, which is connected."""
        return ThreadsClient(self, plan, worker)


def _framed(message: bytes) -> bytes:
    return len(message).to_bytes(_LENGTH, "big") + message


class ThreadsClient:
    """One client in a generator's loop (see `perf.systems.base.Client`)."""

    def __init__(self, link: ThreadsLink, plan: ClientPlan, worker: WorkerPlan) -> None:
        expected = {room: worker.expected[room] for room in plan.hears}
        self.tally = Tally(plan.number, expected, worker.sample_every)
        self.caught_up = self.refused = 0
        self._listens = bool(plan.hears)
        self._unheard = {packed(room, PROBE) for room in plan.hears}
        self._backlog: deque[memoryview] = deque()
        self._got = bytearray()
        self._socket = socket.create_connection((HOST, link.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setblocking(False)
        self.sockets = [self._socket.fileno()]

    @property
    def ready(self) -> bool:
        """Whether a probe has come from each of its rooms."""
        return not self._unheard

    @property
    def settled(self) -> bool:
        """Whether the kernel has taken everything."""
        return not self._backlog

    def receive(self) -> None:
        """Takes what has come."""
        try:
            for _ in range(_READS_A_TURN):
                data = self._socket.recv(_READ)
                if not data:
                    self.tally.problem("the server hung up")
                    return
                self._got += data
                self._take()
                if len(data) < _READ:
                    return
        except BlockingIOError:
            pass

    def _take(self) -> None:
        got, at, end = bytes(self._got), 0, len(self._got)
        messages: list[bytes] = []
        while at + _LENGTH <= end:
            after = at + _LENGTH + int.from_bytes(got[at : at + _LENGTH], "big")
            if after > end:
                break
            messages.append(got[at + _LENGTH : after])
            at = after
        self._got = bytearray(got[at:])
        received_ns = time.monotonic_ns()
        if messages and len(messages[0]) == _PROBE_BYTES:
            self._unheard.difference_update(messages)
            messages = [message for message in messages if len(message) != _PROBE_BYTES]
        if self._listens:  # everybody is sent everything
            self.tally.note_packed(messages, received_ns)

    def tick(self, now: float) -> None:
        """Sends what the kernel would not take."""
        self._flush()

    def capacity(self) -> tuple[int, int]:
        """A window while the kernel takes everything: TCP is all the flow control there is."""
        self._flush()
        return (0, 0) if self._backlog else (_WINDOW, _WINDOW_BYTES)

    def send(self, messages: Sequence[Message], now_ns: int) -> None:
        """Sends them, each by itself."""
        for message in messages:
            text = message.text(now_ns).encode()
            self._backlog.append(memoryview(_framed(packed(message.room, text))))
        self._flush()

    def _flush(self) -> None:
        try:
            while self._backlog:
                sent = self._socket.send(self._backlog[0])
                if sent < len(self._backlog[0]):
                    self._backlog[0] = self._backlog[0][sent:]
                else:
                    self._backlog.popleft()
        except BlockingIOError:
            pass

    def close(self) -> None:
        """Disconnects."""
        self._socket.close()


class Threads(Hosted):
    """One process on a port of its own: there is no broker."""

    name = "threads"

    def __init__(self) -> None:
        super().__init__()
        self._link = ThreadsLink(free_ports(1))
        self._hosts("server", "perf.systems.threads_hub", str(self._link.port))
        self._numbers = count(1)

    def rooms(self, count: int) -> list[int]:
        """Numbers not used before."""
        return [next(self._numbers) for _ in range(count)]

    def link(self) -> ThreadsLink:
        """How to reach it."""
        return self._link

    def nudge(self, rooms: Sequence[int]) -> None:
        """A probe into each room, by a client that comes and goes: who gets it is connected."""
        with socket.create_connection((HOST, self._link.port)) as prober:
            prober.sendall(b"".join(_framed(packed(room, PROBE)) for room in rooms))
            prober.shutdown(socket.SHUT_WR)
            while prober.recv(_READ):
                pass
