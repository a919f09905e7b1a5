"""The server's one poll loop: it moves frames between sockets and the service, and decides nothing.

Everything that touches a socket happens in this thread; the committer and the workers hand their
results over through the inbox. What little there is to commit without load is committed right here
(`dispatcher`).
"""

from __future__ import annotations

import logging
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any

import zmq

from zmqchat.domain.draft import State
from zmqchat.protocol import codec
from zmqchat.protocol.limits import REQUEST_BYTES
from zmqchat.protocol.replies import Done, Reply
from zmqchat.runtime.gate import Gate
from zmqchat.runtime.inbox import Inbox
from zmqchat.runtime.intake import Intake, guard
from zmqchat.runtime.log import note
from zmqchat.runtime.peers import hang_up
from zmqchat.runtime.readiness import readable
from zmqchat.runtime.stop import StopRequest
from zmqchat.security.zap import ZapHandler
from zmqchat.server.arrivals import Arrivals
from zmqchat.server.metrics import Metrics
from zmqchat.server.outgoing import Outgoing
from zmqchat.server.parts import Incoming
from zmqchat.server.publisher import Publisher
from zmqchat.server.rotation import Rotation
from zmqchat.server.service import Service
from zmqchat.server.workers import Ready

log = logging.getLogger(__name__)

_READ_US = 700
"""How long a turn reads requests at least; else as long as the turn before answered some. Whoever
comes behind a thousand others is soon read so, and has a turn then, however dear each of them is.
"""
_FRAMES_BETWEEN_LOOKS = 8  # at the clock

_EVERYTHING = b"\x01"  # a broker subscribes to all that its servers publish
_TURN_S = 1.0
_AHEAD_BYTES = REQUEST_BYTES + 256 * 1024
_MOST_AHEAD_BYTES = 96 * 1024 * 1024  # as many of the largest requests as may wait, and half more
_PROBE = codec.encode(Reply(0, ok=Done()))
_PROBES_S = (0.0, 0.01, 0.05, 0.25, 1.0)
"""When a connection that is said to be gone is probed, seconds after it was said."""


@dataclass(frozen=True, slots=True)
class _Suspect:
    """A peer whose connection is said to be gone; `probes` are the times left to try it."""

    peer: bytes
    probes: tuple[float, ...]


class Wire:
    """The server's sockets as the service and the publisher see them: replies out, frames out."""

    def __init__(self, router: zmq.Socket[bytes], xpub: zmq.Socket[bytes], metrics: Metrics):
        self._router = router
        self._xpub = xpub
        self._metrics = metrics
        self.gone: deque[tuple[bytes, str]] = deque()
        self.sent: Counter[bytes] = Counter()

    def respond(self, peer: bytes, frame: bytes) -> bool:
        """Sends a reply, whose bytes `sent` counts; a peer that is gone, or does not read, is noted
        in `gone`.
        """
        self.sent[peer] += len(frame)
        try:
            self._router.send_multipart((peer, frame), zmq.DONTWAIT)
        except zmq.Again:
            # Its queue of replies is full: nothing may vanish silently.
            self.does_not_read(peer)
        except zmq.ZMQError as error:
            if error.errno != zmq.EHOSTUNREACH:
                raise
            self.gone.append((peer, "disconnected"))
            return False
        return True

    def does_not_read(self, peer: bytes) -> None:
        """Gives a peer up that takes no replies."""
        self._metrics.cut.inc()
        self.gone.append((peer, "did not read its replies"))

    def publish(self, handle: bytes, sealed: bytes | bytearray) -> None:
        """Sends a frame to every broker; one that is too slow misses it, and clients catch up."""
        with suppress(zmq.Again):
            self._xpub.send_multipart((handle, sealed), zmq.DONTWAIT)


class Loop:
    """Runs until `stop` says so.

    `silence_s` without a word ends a session; `on_broker` is called whenever a broker begins to
    hear this server; `dispatch` is called once a turn, to act on what was received; `port` is the
    ROUTER's own, and `gate` has its connections. `outgoing` weighs what they were sent.
    """

    def __init__(
        self,
        router: zmq.Socket[bytes],
        xpub: zmq.Socket[bytes],
        zap: ZapHandler,
        gate: Gate,
        inbox: Inbox,
        wire: Wire,
        outgoing: Outgoing,
        state: State,
        service: Service,
        publisher: Publisher,
        silence_s: float,
        on_broker: Callable[[], None],
        rotation: Rotation,
        dispatch: Callable[[], None],
        stop: StopRequest,
        port: int,
    ) -> None:
        self._router = router
        self._xpub = xpub
        self._zap = zap
        self._gate = gate
        self._inbox = inbox
        self._wire = wire
        self._outgoing = outgoing
        self._service = service
        self._arrivals = Arrivals(
            state,
            service.sessions,
            lambda incoming: service.handle(incoming, time.monotonic()),
            service.refuse,
            service.answered,
        )
        self._publisher = publisher
        self._silence_s = silence_s
        self._suspects: list[tuple[float, _Suspect]] = []
        self._swept = time.monotonic()
        self._reading = True
        self._worked_ns = 0
        self._poller = zmq.Poller()
        for source in (router, xpub, zap.socket, gate.socket, inbox.fd, *stop.descriptors):
            self._poller.register(source, zmq.POLLIN)
        self._on_broker = on_broker
        self._rotation = rotation
        self._dispatch = dispatch
        self._stop = stop
        self._port = port
        self._intake = guard.watch(
            Intake(
                "requests",
                gate.open.copy,
                _AHEAD_BYTES,
                _MOST_AHEAD_BYTES,
                lambda: inbox.put(self._look),
            )
        )

    def hand_out(self, ready: Ready) -> None:
        """A worker has a reply ready; it goes out in its asker's turn."""
        self._arrivals.put_ready(ready)

    def finish(self) -> None:
        """Nothing will be read any more: what was read goes out."""
        self._arrivals.finish()

    def run(self) -> None:
        """Serves until it is to stop."""
        ready: dict[Any, int] = {}
        while (reason := self._stop.reason(ready.__contains__)) is None:
            ready = dict(self._poller.poll(self._patience_ms()))
            self._turn(ready)
        note(log, "stopping", why=reason)

    def _turn(self, ready: dict[Any, int]) -> None:
        if self._zap.socket in ready:
            self._zap.drain()
        # Whoever was let in just now was accepted before that, and may say hello in this turn.
        if self._zap.socket in ready or self._gate.socket in ready:
            self._watch_connections()
        if self._xpub in ready:
            self._hear_brokers()
        if self._inbox.fd in ready:
            self._inbox.drain()
        if self._router in ready:
            self._receive()
        began_ns = time.thread_time_ns()
        self._arrivals.work(lambda: self._service.congested, self._answered)
        self._worked_ns = time.thread_time_ns() - began_ns
        self._dispatch()
        now = time.monotonic()
        self._publisher.flush(now)
        self._service.announcements.tell(now)
        self._weigh_replies()
        self._end_deaf(now)
        self._probe_suspects(now)
        self._sweep(now)
        self._end_gone()
        self._pace_reading()

    def _patience_ms(self) -> int:
        if self._arrivals and not self._service.congested:
            return 0
        now = time.monotonic()
        announcements = self._service.announcements
        due = [self._publisher.due(), announcements.due(), *(at for at, _ in self._suspects)]
        wait = min((at - now for at in due if at is not None), default=_TURN_S)
        return max(0, int(min(wait, _TURN_S) * 1000 + 0.999))

    def _receive(self) -> None:
        ends_ns = time.thread_time_ns() + max(_READ_US * 1_000, self._worked_ns)
        for number in count():
            if self._arrivals.full or self._service.congested:
                return
            if number % _FRAMES_BETWEEN_LOOKS == 0 and time.thread_time_ns() >= ends_ns:
                return
            try:
                parts = self._router.recv_multipart(zmq.DONTWAIT, copy=False)
            except zmq.Again:
                self._intake.found_none()
                return
            incoming = _incoming(parts)
            if incoming is not None:
                self._intake.took(incoming.fd, len(incoming.data))
                self._arrivals.put(incoming, time.monotonic())

    def _look(self) -> None:
        if not readable(self._router):
            self._intake.found_none()

    def _pace_reading(self) -> None:
        """Stops polling ROUTER while too much waits: TCP then slows the senders."""
        reading = not (self._service.congested or self._arrivals.full)
        if reading != self._reading:
            self._reading = reading
            self._poller.modify(self._router, zmq.POLLIN if reading else 0)

    def _hear_brokers(self) -> None:
        """A broker that is back subscribes once more; libzmq does not always tell that it left."""
        with suppress(zmq.Again):
            while True:
                if self._xpub.recv(zmq.DONTWAIT) == _EVERYTHING:
                    note(log, "broker connected")
                    self._on_broker()

    def _watch_connections(self) -> None:
        """A disconnect is a hint: the next client may hold the same number, so peers are probed."""
        now = time.monotonic()
        for fd, accepted in self._gate.follow(now):
            if not accepted:
                self._outgoing.forget(fd)
                for session in self._service.sessions.on_connection(fd):
                    self._suspects.append((now, _Suspect(session.peer, _PROBES_S)))

    def _answered(self, latest: Incoming | None) -> None:
        self._weigh_replies()
        self._end_gone(latest)

    def _weigh_replies(self) -> None:
        """Counts what went out for whom; a stranger's replies are small, and few."""
        for peer, size in self._wire.sent.items():
            session = self._service.sessions.get(peer)
            if session is not None:
                self._outgoing.sent(session.fd, session.actor.user.id, size)
        self._wire.sent.clear()

    def _end_deaf(self, now: float) -> None:
        """Hangs up who lets replies pile up."""
        connection = self._outgoing.look(now)
        if connection is not None:
            self._outgoing.forget(connection)
            for session in self._service.sessions.on_connection(connection):
                self._wire.does_not_read(session.peer)

    def _probe_suspects(self, now: float) -> None:
        due = [suspect for at, suspect in self._suspects if at <= now]
        if not due:
            return
        self._suspects = [(at, suspect) for at, suspect in self._suspects if at > now]
        for suspect in due:
            alive = self._wire.respond(suspect.peer, _PROBE)
            if alive and suspect.probes:
                again = _Suspect(suspect.peer, suspect.probes[1:])
                self._suspects.append((now + suspect.probes[0], again))

    def _sweep(self, now: float) -> None:
        if now - self._swept < _TURN_S:
            return
        self._swept = now
        for session in self._service.sessions.silent_since(now - self._silence_s):
            self._service.end(session.peer, "silent")
        if not self._service.congested and not readable(self._router):
            # No hello of theirs waits to be read; some may wait for their turn.
            self._gate.end_overdue(now, self._arrivals.asking)
        self._rotation.check()
        self._service.settle()

    def _end_gone(self, latest: Incoming | None = None) -> None:
        """Ends the sessions of peers that are gone, and cuts those that do not read.

        A stranger who does not read has no session to find its connection by: it can only be
        whoever sent the `latest` frame.
        """
        while self._wire.gone:
            peer, why = self._wire.gone.popleft()
            connection = self._service.sessions.get(peer) or latest
            if connection is not None and connection.peer == peer and why != "disconnected":
                hang_up(connection.fd, self._port, connection.address)
            self._service.end(peer, why)


def _incoming(parts: list[Any]) -> Incoming | None:
    """A request's frames with what libzmq says of their connection; None for any other shape."""
    if len(parts) != 2:
        return None
    peer, frame = parts
    # Identity comes from ZAP, never from a payload; a frame without it cannot be ours.
    try:
        key, address = frame.get("User-Id"), frame.get("Peer-Address")
        fd = frame.get(zmq.SRCFD)
    except zmq.ZMQError:
        return None
    return Incoming(peer.bytes, key, address, fd, frame.bytes)
