"""The baseline `bare`: DEALER, ROUTER, PUB, `zmq.proxy`, SUB in plain pyzmq, or with CURVE.

Each message is acknowledged and a sender has a window of them, as in any system that tells its
senders what became of their messages. `bare-stream` is the same without acknowledgements.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Self

import zmq

from perf.plan import ClientPlan, WorkerPlan
from perf.ports import free_ports
from perf.source import Message
from perf.systems.bare_flow import Acknowledged, Flow, Streamed
from perf.systems.bare_hub import peer_socket
from perf.systems.base import PROBE, packed
from perf.systems.hosted import Hosted
from perf.tally import Tally

_A_TURN = 1_000
_HUB = "perf.systems.bare_hub"
_PROBE_BYTES = len(packed(0, PROBE))


@dataclass(frozen=True, slots=True)
class BareLink:
    """Its ports; `public` is the CURVE key of both processes, or None."""

    port: int
    public: bytes | None
    acknowledged: bool

    def client(self, context: zmq.Context[Any], plan: ClientPlan, worker: WorkerPlan) -> BareClient:
        """Makes a client, which begins to connect."""
        return BareClient(context, self, plan, worker)


class BareClient:
    """One client in a generator's loop (see `perf.systems.base.Client`)."""

    def __init__(
        self, context: zmq.Context[Any], link: BareLink, plan: ClientPlan, worker: WorkerPlan
    ) -> None:
        expected = {room: worker.expected[room] for room in plan.hears}
        self.tally = Tally(plan.number, expected, worker.sample_every)
        self.caught_up = self.refused = 0
        self._unheard = {packed(room, PROBE) for room in plan.hears}
        flow = Acknowledged if link.acknowledged else Streamed
        self._dealer = peer_socket(context, zmq.DEALER, link.public, link.port, flow.queue)
        self._flow: Flow = flow(self._dealer)
        self._sub: zmq.Socket[Any] | None = None
        if plan.hears:
            self._sub = peer_socket(context, zmq.SUB, link.public, link.port + 2)
            for room in plan.hears:
                self._sub.subscribe(packed(room, b""))

    @property
    def sockets(self) -> Sequence[Any]:
        """The SUB, and the DEALER where something comes back to it."""
        return [*([] if self._sub is None else [self._sub]), *self._flow.sockets]

    @property
    def ready(self) -> bool:
        """Whether a probe has come from each of its rooms."""
        return not self._unheard

    @property
    def settled(self) -> bool:
        """Whether everything is acknowledged, or without that, whether libzmq has taken it."""
        return self._flow.settled

    def receive(self) -> None:
        """Takes what has come."""
        self._flow.receive()
        if self._sub is not None:
            self._hear(self._sub.recv)

    def _hear(self, receive: Callable[[int], bytes]) -> None:
        messages: list[bytes] = []
        try:
            for _ in range(_A_TURN):
                messages.append(receive(zmq.DONTWAIT))  # noqa: PERF401 - it ends by raising
        except zmq.Again:
            pass
        received_ns = time.monotonic_ns()
        if messages and len(messages[0]) == _PROBE_BYTES:
            messages = self._without_probes(messages)
        self.tally.note_packed(messages, received_ns)

    def _without_probes(self, messages: list[bytes]) -> list[bytes]:
        """Probes come before everything else, so the first of a turn is one if any is."""
        self._unheard.difference_update(messages)
        return [message for message in messages if len(message) != _PROBE_BYTES]

    def tick(self, now: float) -> None:
        """Sends what libzmq would not take."""
        self._flow.flush()

    def capacity(self) -> tuple[int, int]:
        """What the flow control lets it send."""
        return self._flow.capacity()

    def send(self, messages: Sequence[Message], now_ns: int) -> None:
        """Sends them, each by itself."""
        self._flow.send(packed(m.room, m.text(now_ns).encode()) for m in messages)

    def close(self) -> None:
        """Disconnects."""
        self._dealer.close()
        if self._sub is not None:
            self._sub.close()


class Bare(Hosted):
    """Two processes on ports of their own."""

    def __init__(self, *, curve: bool = False, acknowledged: bool = True) -> None:
        super().__init__()
        self.name = "bare-curve" if curve else "bare" if acknowledged else "bare-stream"
        public, secret = zmq.curve_keypair() if curve else (None, b"-")
        self._link = BareLink(free_ports(3), public, acknowledged)
        words = str(self._link.port), secret.decode()
        self._hosts("broker", _HUB, "broker", *words)
        self._hosts("server", _HUB, "server" if acknowledged else "stream-server", *words)
        self._numbers = count(1)
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._at_end.callback(self._context.destroy, linger=0)
        self._prober: zmq.Socket[bytes] | None = None

    def __enter__(self) -> Self:
        super().__enter__()
        self._prober = peer_socket(self._context, zmq.DEALER, self._link.public, self._link.port)
        return self

    def rooms(self, count: int) -> list[int]:
        """Numbers not used before."""
        return [next(self._numbers) for _ in range(count)]

    def link(self) -> BareLink:
        """How to reach it."""
        return self._link

    def nudge(self, rooms: Sequence[int]) -> None:
        """A probe into each room: who gets it hears the room."""
        assert self._prober is not None
        for room in rooms:
            self._prober.send(packed(room, PROBE))
        while self._prober.poll(0):
            self._prober.recv()
