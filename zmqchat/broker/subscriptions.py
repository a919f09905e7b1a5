"""Acting on what subscribers send up: XPUB under XPUB_MANUAL, and libzmq's two traps in it.

`setsockopt(SUBSCRIBE)` acts on the connection whose message was read last, so a decision is carried
out before the next is read. And a message that is no subscription makes libzmq (4.3.5) take the
*next* message's connection for the last one, until its queue has run empty: whoever is behind it in
the queue would get a neighbour's subscription. Such a message is an offence; those behind it are
made to connect anew, and the offender is not let in for a while.
"""

from __future__ import annotations

import logging
import time
from typing import Any

import zmq

from zmqchat.broker.admission import (
    Admission,
    Admit,
    AnswerBarrier,
    Cut,
    Listener,
    Withdraw,
    is_subscription,
)
from zmqchat.runtime.gate import Gate
from zmqchat.runtime.intake import Intake
from zmqchat.runtime.log import warn
from zmqchat.runtime.peers import hang_up, place_of

log = logging.getLogger(__name__)

_A_TURN = 32  # 10 us each: frames wait no longer for 10,000 topics of one client


class Subscriptions:
    """Serves the XPUB's upward messages; `port` is the one that it is bound to.

    Who has sent one has settled in `gate`: that is what a listener connects for.
    """

    def __init__(
        self,
        xpub: zmq.Socket[Any],
        admission: Admission,
        port: int | None,
        intake: Intake,
        gate: Gate,
    ) -> None:
        self.admitted = 0
        self.barriers = 0
        self.cut = 0
        self._xpub = xpub
        self._admission = admission
        self._port = port
        self._shifted = False
        self._intake = intake
        self._gate = gate

    def serve(self) -> None:
        """Decides on what waits, at most a turn's worth of it."""
        receive, serve = self._xpub.recv, self._serve
        try:
            for _ in range(_A_TURN):
                serve(receive(zmq.DONTWAIT, copy=False))
        except zmq.Again:
            self._shifted = False

    def _serve(self, frame: zmq.Frame) -> None:
        descriptor = _descriptor(frame)
        if descriptor is None:
            return  # libzmq's own: a subscription ends because its connection has ended
        message = frame.bytes
        self._intake.took(descriptor, len(message))
        is_new = self._admission.whose(descriptor) is None
        if is_new and self._is_left_over(frame):
            self._shifted = self._shifted or not is_subscription(message)
            return
        if self._shifted and is_subscription(message):
            self._reconnect(frame, descriptor)
            return
        if is_new:
            self._enter(frame, descriptor)
        match self._admission.decide(descriptor, message):
            case Admit(topic):
                self._xpub.setsockopt(zmq.SUBSCRIBE, topic)
                self.admitted += 1
            case AnswerBarrier(topic):
                self._xpub.setsockopt(zmq.SUBSCRIBE, topic)
                self._xpub.send_multipart([topic, b""])
                self.barriers += 1
            case Withdraw(topic):
                self._xpub.setsockopt(zmq.UNSUBSCRIBE, topic)
            case Cut(reason):
                self._offended(frame, descriptor, reason)
        self._shifted = self._shifted or not is_subscription(message)

    def _is_left_over(self, frame: zmq.Frame) -> bool:
        """Whether it is of an offender who was cut: their number may be a newcomer's by now."""
        return self._admission.is_barred(_listener(frame), time.monotonic())

    def _enter(self, frame: zmq.Frame, descriptor: int) -> None:
        """Whose connection it is; one for which there is no room is ended, and so is a rival's."""
        listener = _listener(frame)
        self._admission.belongs(descriptor, listener)
        if not self._gate.slots.has_room(listener, known=True):
            self._reconnect(frame, descriptor)
            return
        loser = self._gate.slots.settle(descriptor, listener)
        if loser is not None:
            self._admission.mark_cut(loser)
            self._gate.lose(loser, time.monotonic())

    def _reconnect(self, frame: zmq.Frame, descriptor: int) -> None:
        if self._admission.mark_cut(descriptor):
            self._hang_up(frame, descriptor)

    def _offended(self, frame: zmq.Frame, descriptor: int, reason: str) -> None:
        listener = self._admission.whose(descriptor)
        assert listener is not None
        self._admission.bar(listener, time.monotonic())
        self._hang_up(frame, descriptor)
        warn(
            log,
            "connection cut",
            device=listener.device,
            address=_address(frame),
            reason=reason,
        )

    def _hang_up(self, frame: zmq.Frame, descriptor: int) -> None:
        if self._port is not None:
            self.cut += hang_up(descriptor, self._port, _address(frame))


def _descriptor(frame: zmq.Frame) -> int | None:
    """The connection that a message came from; None for what libzmq says by itself."""
    try:
        return int(frame.get(zmq.SRCFD))
    except zmq.ZMQError:
        return None


def _listener(frame: zmq.Frame) -> Listener:
    """Whose device a message came from, and from where."""
    return Listener(str(frame.get("User-Id")), place_of(_address(frame)))


def _address(frame: zmq.Frame) -> str:
    """Where a message came from; "" where that is no TCP address."""
    try:
        return str(frame.get("Peer-Address"))
    except zmq.ZMQError:
        return ""
