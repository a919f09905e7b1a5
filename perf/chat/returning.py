"""A client that comes back to many rooms, each some events behind: as lean as it can be.

It says hello, catches up, obeys what it is told of when to ask again, sends heartbeats, and gives
the server up as the SDK does. It holds every event's seq and each room's last chain against what
is in the log, and neither listens nor verifies: the server is what is measured.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import zmq

from perf.chat.client import ChatLink
from perf.plan import LostMessages
from zmqchat.protocol import requests
from zmqchat.protocol.limits import CATCH_UP_EVENTS, ROOMS_PER_CATCH_UP
from zmqchat.protocol.replies import Beat, CaughtUpAll, Fault, ReplyBody, Welcome
from zmqchat.sync.machine import SILENCE_S
from zmqchat.sync.timeline import Point

_AGAIN_S: Final = 0.1
_LONGEST_AGAIN_S: Final = 5.0


@dataclass(slots=True)
class Returned:
    """What became of a client: when it was complete (`time.monotonic`), and what it met with."""

    complete_at: float = 0.0
    put_off: int = 0
    given_up: int = 0
    requests: int = 0


class Returning:
    """Client `number`, which is at `points` and wants to be at `heads`."""

    def __init__(
        self,
        context: zmq.Context[Any],
        link: ChatLink,
        number: int,
        points: Mapping[int, Point],
        heads: Mapping[int, Point],
    ) -> None:
        self._context, self._link, self._number = context, link, number
        self._points, self._heads = dict(points), heads
        self._dice = random.Random(number)
        self._beat_at = self._ask_at = float("inf")
        self._asked_at = 0.0
        self._heartbeat_s, self._cursor = 5.0, b""
        self._attempts = 0
        self.outcome = Returned()
        self.dial()

    @property
    def socket(self) -> Any:
        """What to poll for reading; another one after the server was given up."""
        return self._requests.socket

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return bool(self.outcome.complete_at)

    def dial(self) -> None:
        """Connects and says hello."""
        self._requests = self._link.connection(self._context, self._number)
        self._beat_at = self._ask_at = float("inf")
        self._hello()

    def _hello(self) -> None:
        self._hello_at, self._asked_at = float("inf"), time.monotonic()
        self._requests.ask(self._link.hello(self._number), self._welcomed, self._hello_refused)

    def receive(self) -> None:
        """Takes the replies that have come."""
        self._requests.drain()

    def tick(self, now: float) -> bool:
        """Does what time asks for; whether it dialled anew."""
        if self._asked_at and now - self._asked_at > SILENCE_S:
            self.outcome.given_up += 1
            self._requests.close()
            self.dial()
            return True
        if now >= self._hello_at:
            self._hello()
        if now >= self._beat_at:
            self._beat_at, self._asked_at = float("inf"), now
            self._requests.ask(requests.Heartbeat(self._cursor), self._beaten, self._beat_refused)
        if now >= self._ask_at:
            self._ask_at = float("inf")
            self._catch_up()
        return False

    def _welcomed(self, reply: ReplyBody) -> None:
        assert isinstance(reply, Welcome)
        now = time.monotonic()
        self._heartbeat_s, self._cursor = reply.heartbeat_s, reply.cursor
        self._asked_at, self._beat_at = 0.0, now + reply.heartbeat_s
        self._catch_up()

    def _hello_refused(self, fault: Fault) -> None:
        """It says hello again when it was told to, on the same connection."""
        if fault.retry_after is None:
            raise LostMessages(f"hello was refused: {fault.message}")
        self.outcome.put_off += 1
        self._asked_at, self._hello_at = 0.0, time.monotonic() + fault.retry_after

    def _beaten(self, reply: ReplyBody) -> None:
        assert isinstance(reply, Beat)
        self._cursor, self._asked_at = reply.cursor, 0.0
        self._beat_at = time.monotonic() + self._heartbeat_s

    def _beat_refused(self, _: Fault) -> None:
        self._asked_at, self._beat_at = 0.0, time.monotonic() + self._heartbeat_s

    def _catch_up(self) -> None:
        behind = [room for room, point in self._points.items() if point != self._heads[room]]
        if not behind:
            self.outcome.complete_at = self.outcome.complete_at or time.monotonic()
            return
        self.outcome.requests += 1
        spans = [
            requests.Span(room, self._points[room].seq, self._points[room].chain, CATCH_UP_EVENTS)
            for room in behind[:ROOMS_PER_CATCH_UP]
        ]
        self._requests.ask(requests.CatchUp(spans), self._caught_up, self._put_off)

    def _caught_up(self, reply: ReplyBody) -> None:
        assert isinstance(reply, CaughtUpAll)
        for span in reply.spans:
            seq = self._points[span.room].seq
            if span.diverged or [e.seq for e in span.events] != list(
                range(seq + 1, seq + 1 + len(span.events))
            ):
                raise LostMessages(f"room {span.room}: what came does not follow on {seq}")
            if span.events:
                last = span.events[-1]
                self._points[span.room] = Point(last.seq, last.chain)
        self._attempts = 0
        self._catch_up()

    def _put_off(self, fault: Fault) -> None:
        if fault.retry_after is None:
            raise LostMessages(f"catch-up: {fault.code}: {fault.message}")
        self.outcome.put_off += 1
        self._attempts += 1
        own_s = min(_LONGEST_AGAIN_S, _AGAIN_S * 2**self._attempts)
        wait_s = max(own_s, fault.retry_after)
        self._ask_at = time.monotonic() + wait_s * (1 + self._dice.random() / 4)

    def close(self) -> None:
        """Disconnects."""
        self._requests.close()
