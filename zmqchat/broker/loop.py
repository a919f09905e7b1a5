"""The broker's one poll loop: frames from XSUB to XPUB, handshakes, subscriptions, connections.

The way of a frame is the tight loop in `_forward`; nothing in it is done once a subscriber. It
takes turns with the rest, each bounded, so that none starves the others, and its turn is first.
"""

from __future__ import annotations

import logging
from collections.abc import Container
from dataclasses import asdict, dataclass
from typing import Any

import zmq

from zmqchat.broker.connections import Connections
from zmqchat.broker.subscriptions import Subscriptions
from zmqchat.protocol.limits import SEALED_BYTES
from zmqchat.runtime.inbox import Inbox
from zmqchat.runtime.intake import Intake, guard
from zmqchat.runtime.log import note
from zmqchat.runtime.readiness import Readiness, readable
from zmqchat.runtime.stop import StopRequest
from zmqchat.security.zap import ZapHandler

log = logging.getLogger(__name__)

_FRAMES_A_TURN = 512
_DONTWAIT, _SNDMORE = int(zmq.DONTWAIT), int(zmq.SNDMORE)
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
    turned_away: int


class BrokerLoop:
    """Runs bound sockets until it is told to stop."""

    def __init__(
        self,
        xsub: zmq.Socket[Any],
        xpub: zmq.Socket[Any],
        zap: ZapHandler,
        connections: Connections,
        subscriptions: Subscriptions,
        inbox: Inbox,
    ) -> None:
        self._xsub, self._xpub, self._zap = xsub, xpub, zap
        self._connections = connections
        self._subscriptions = subscriptions
        self._inbox = inbox
        self._intake = guard.watch(
            Intake(
                "publish",
                connections.of_publishers.copy,
                SEALED_BYTES + 256 * 1024,
                _MOST_AHEAD_BYTES,
                lambda: inbox.put(self._look),
            )
        )
        self._frames = 0
        self._refused = 0

    @property
    def counts(self) -> Counts:
        """What was done so far."""
        return Counts(
            frames=self._frames,
            subscriptions=self._subscriptions.admitted,
            barriers=self._subscriptions.barriers,
            handshakes_refused=self._refused,
            cut=self._subscriptions.cut,
            turned_away=self._connections.turned_away,
        )

    def run(self, stop: StopRequest) -> None:
        """Serves until `stop` has a reason."""
        readiness = self._readiness(stop)
        self._xsub.send(_EVERYTHING)
        ready: list[Any] = []
        frames_only = [self._xsub]
        while (reason := stop.reason(ready.__contains__)) is None:
            ready = readiness.wait()
            if self._xsub in ready:
                self._forward()
            if ready != frames_only:
                self._serve_subscribers(ready)
        note(log, "broker stopped", reason=reason, **asdict(self.counts))

    def _serve_subscribers(self, ready: Container[Any]) -> None:
        if self._inbox.fd in ready:
            self._inbox.drain()
        if self._zap.socket in ready:
            self._refused += self._zap.drain()
        # Before subscriptions: who is new under an old number must be known as new.
        self._connections.follow(ready)
        if self._xpub in ready:
            self._subscriptions.serve()

    def _look(self) -> None:
        if not readable(self._xsub):
            self._intake.found_none()

    def _readiness(self, stop: StopRequest) -> Readiness:
        # Connections stand last: nobody's handshake or subscription is seen before its connection.
        sockets = (self._xsub, self._zap.socket, *self._connections.sockets)
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
