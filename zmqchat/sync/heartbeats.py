"""Heartbeats: regular ones, and sooner ones after any doubt that something was missed."""

from __future__ import annotations

from collections.abc import Mapping

from zmqchat.protocol.requests import Heartbeat
from zmqchat.sync.context import Context, Purpose, Timer, heeded

_DOUBT_S = (0.25, 0.5, 1.0, 2.0)
_SHORTEST_S = 0.05  # whatever a server wants


Known = tuple[int, Mapping[int, int]]
"""What was known when a heartbeat was sent: how often subscriptions had come into force, and each
room's newest applied seq."""


class Heartbeats:
    """One heartbeat at a time; each carries the cursor of the one before."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._cursor = b""
        self._period = 5.0
        self._rung = len(_DOUBT_S)
        self._open = False
        self._under_way = False
        self._again = False
        self._nudged = -1

    def begin(self, now: float, cursor: bytes, period: float) -> None:
        """A session is open."""
        self._cursor, self._period = cursor, max(_SHORTEST_S, heeded(period))
        self._open, self._under_way, self._again = True, False, False
        self._nudged = -1  # a server counts its nudges from its start
        self._plan(now)

    def end(self) -> None:
        """The session is gone."""
        self._open = self._under_way = self._again = False
        self._context.clear(Timer.HEARTBEAT)

    def doubt(self, now: float) -> None:
        """Something may have been missed: ask soon, and a few times more."""
        self._rung = 0
        if self._open:
            self._plan(now)

    def nudged(self, counter: int) -> bool:
        """Whether the server's nudge asks for one now: it does unless it was heard before."""
        new = counter > self._nudged
        self._nudged = max(counter, self._nudged)
        return new

    def beat(self, now: float, known: Known) -> None:
        """Send one now, or right after the one under way; its reply is read knowing `known`."""
        if not self._open:
            return
        if self._under_way:
            self._again = True
            return
        self._under_way = True
        self._context.clear(Timer.HEARTBEAT)
        self._context.ask(now, Purpose.HEARTBEAT, Heartbeat(self._cursor), known)

    def answered(self, now: float, cursor: bytes | None) -> None:
        """A heartbeat's reply (None: it was refused)."""
        self._under_way = False
        self._cursor = self._cursor if cursor is None else cursor
        self._plan(now)
        if self._again:
            self._again = False
            self._context.set(Timer.HEARTBEAT, now)

    def _plan(self, now: float) -> None:
        if self._rung < len(_DOUBT_S):
            wait = self._context.spread(_DOUBT_S[self._rung])
            self._rung += 1
        else:
            wait = self._period * (1 - self._context.jitter() / 5)
        self._context.sooner(Timer.HEARTBEAT, now + wait)
