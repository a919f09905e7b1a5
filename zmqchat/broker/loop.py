"""The broker's one poll loop: frames from XSUB to XPUB, handshakes, subscriptions, connections.

The way of a frame is the tight loop in `_forward`; nothing in it is done once a subscriber. It
takes turns with the rest, each bounded, so that none starves the others, and its turn is first.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Container
from dataclasses import asdict, dataclass
from typing import Any

import zmq

from zmqchat.broker.admission import Admission
from zmqchat.broker.subscriptions import Subscriptions
from zmqchat.protocol.limits import SEALED_BYTES
from zmqchat.runtime.gate import Gate
from zmqchat.runtime.inbox import Inbox
from zmqchat.runtime.intake import Intake, guard
from zmqchat.runtime.log import note
from zmqchat.runtime.readiness import Readiness, readable
from zmqchat.runtime.stop import StopRequest
from zmqchat.security.zap import ZapHandler

log = logging.getLogger(__name__)

_FRAMES_A_TURN = 512
_DONTWAIT, _SNDMORE = int(zmq.DONTWAIT), int(zmq.SNDMORE)
_SWEEP_MS = 1_000
_HANDSHAKE_S = 12.0  # libzmq ends one that takes ten
_EVERYTHING = b"\x01"  # the empty subscription
_MOST_AHEAD_BYTES = 1024 * 1024 * 1024  # all frames that may wait, of the largest


@dataclass(frozen=True, slots=True)
class Counts:
    """What the broker did since it started."""

    frames: int
    subscriptions: int
    barriers: int
    handshakes_refused: int
    cut: int
    hung_up: int


class BrokerLoop:
    """Runs bound sockets until it is told to stop.

    Listeners are those who connect to XPUB, and `admission` is told who comes and goes there.
    """

    def __init__(
        self,
        xsub: zmq.Socket[Any],
        xpub: zmq.Socket[Any],
        zap: ZapHandler,
        publishers: Gate,
        listeners: Gate,
        admission: Admission,
        subscriptions: Subscriptions,
        inbox: Inbox,
    ) -> None:
        self._xsub, self._xpub, self._zap = xsub, xpub, zap
        self._publishers, self._listeners = publishers, listeners
        self._admission = admission
        self._subscriptions = subscriptions
        self._inbox = inbox
        self._intake = guard.watch(
            Intake(
                "publish",
                publishers.open.copy,
                SEALED_BYTES + 256 * 1024,
                _MOST_AHEAD_BYTES,
                lambda: inbox.put(self._look),
            )
        )
        self._frames = 0
        self._refused = 0
        self._swept = time.monotonic()

    @property
    def counts(self) -> Counts:
        """What was done so far."""
        return Counts(
            frames=self._frames,
            subscriptions=self._subscriptions.admitted,
            barriers=self._subscriptions.barriers,
            handshakes_refused=self._refused,
            cut=self._subscriptions.cut,
            hung_up=self._publishers.hung_up + self._listeners.hung_up,
        )

    def run(self, stop: StopRequest) -> None:
        """Serves until `stop` has a reason."""
        readiness = self._readiness(stop)
        self._xsub.send(_EVERYTHING)
        ready: list[Any] = []
        frames_only = [self._xsub]
        while (reason := stop.reason(ready.__contains__)) is None:
            ready = readiness.wait(_SWEEP_MS)
            if self._xsub in ready:
                self._forward()
            if ready != frames_only:
                self._serve_subscribers(ready)
            self._sweep()
        note(log, "broker stopped", reason=reason, **asdict(self.counts))

    def _serve_subscribers(self, ready: Container[Any]) -> None:
        if self._inbox.fd in ready:
            self._inbox.drain()
        if self._zap.socket in ready:
            self._refused += self._zap.drain()
        # Before subscriptions: who is new under an old number must be known as new. Whoever was let
        # in just now was accepted before that.
        self._follow(time.monotonic())
        if self._xpub in ready:
            self._subscriptions.serve()

    def _follow(self, now: float) -> None:
        self._publishers.follow(now)
        for descriptor, accepted in self._listeners.follow(now):
            if accepted:
                self._admission.accepted(descriptor)
            else:
                self._admission.gone(descriptor)

    def _sweep(self) -> None:
        """Hangs up listeners that subscribe to nothing. Publishers say nothing for long.

        Who is still there after the time of a handshake has a publisher's key.
        """
        now = time.monotonic()
        if now - self._swept < _SWEEP_MS / 1000:
            return
        self._swept = now
        if not readable(self._xpub):
            self._listeners.end_overdue(now)
        for publisher in self._publishers.slots.overdue(now, _HANDSHAKE_S):
            self._publishers.lose(self._publishers.slots.settle(publisher, "publisher"), now)

    def _look(self) -> None:
        if not readable(self._xsub):
            self._intake.found_none()

    def _readiness(self, stop: StopRequest) -> Readiness:
        # Connections stand last: nobody's handshake or subscription is seen before its connection.
        connections = (self._publishers.socket, self._listeners.socket)
        sockets = (self._xsub, self._zap.socket, *connections)
        return Readiness([self._xpub], sockets, (self._inbox.fd, *stop.descriptors))

    def _forward(self) -> None:
        """Most often one frame waits: then nothing is raised to find out that it was the last."""
        self._forward_one()
        if readable(self._xsub):
            self._forward_all()

    def _forward_all(self) -> None:
        try:
            for _ in range(_FRAMES_A_TURN):
                self._forward_one()
        except zmq.Again:
            self._intake.found_none()

    def _forward_one(self) -> None:
        receive, send = self._xsub.recv, self._xpub.send
        part = receive(_DONTWAIT, copy=False)
        connection, size, parts = part.get(zmq.SRCFD), len(part), 1
        while part.more:
            send(part, _SNDMORE, copy=False)
            part = receive(copy=False)
            size, parts = size + len(part), parts + 1
        send(part, copy=False)
        self._intake.took(connection, size, parts)
        self._frames += 1
