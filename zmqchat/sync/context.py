"""What the parts of the machine share: effects in order, timers, requests in flight, chance."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from zmqchat.protocol.requests import Request, RequestBody
from zmqchat.sync.effects import Effect, SendRequest

MOST_TOLD_S = 60.0
"""A server may put a client off for so long at a time; whoever comes too early is told again."""

Jitter = Callable[[], float]
"""A uniformly distributed number in [0, 1)."""


def heeded(told: float | None) -> float:
    """How many seconds of those that a server told to wait are waited; 0 where it told of none.

    A server may say anything: nobody waits for ever, nor until before now.
    """
    return min(told, MOST_TOLD_S) if told is not None and told > 0 else 0.0  # NaN is not above 0


class Timer(StrEnum):
    """What the machine waits for; each has one deadline at a time."""

    DIAL = "dial"
    CONNECT = "connect"
    HEARTBEAT = "heartbeat"
    BARRIER = "barrier"
    LISTEN = "listen"
    CATCH_UP = "catch-up"
    SEARCH = "search"
    OPEN_ROOMS = "open-rooms"
    OUTBOX = "outbox"


class Purpose(StrEnum):
    """Why a request was sent, and so who reads its reply."""

    HELLO = "hello"
    HEARTBEAT = "heartbeat"
    SEND = "send"
    CATCH_UP = "catch-up"
    CHAINS = "chains"
    OPEN_ROOMS = "open-rooms"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request in flight: its purpose, what it was about, and when it was sent."""

    purpose: Purpose
    about: Any
    sent: float


class Context:
    """Collects effects, and keeps timers and requests in flight."""

    def __init__(self, jitter: Jitter) -> None:
        self.jitter = jitter
        self._effects: list[Effect] = []
        self._timers: dict[Timer, float] = {}
        self._asked: dict[int, Asked] = {}
        self._last_id = 0

    def emit(self, effect: Effect) -> None:
        """Add an effect behind those before it."""
        self._effects.append(effect)

    def take(self) -> list[Effect]:
        """The effects since the last call."""
        effects, self._effects = self._effects, []
        return effects

    # ── timers ───────────────────────────────────────────────────────────────────────────────────

    def set(self, timer: Timer, at: float) -> None:
        """Wait until `at`, whatever this timer waited for before."""
        self._timers[timer] = at

    def sooner(self, timer: Timer, at: float) -> None:
        """Wait until `at` or until what was set before, whichever comes first."""
        self._timers[timer] = min(at, self._timers.get(timer, at))

    def clear(self, *timers: Timer) -> None:
        """No longer wait."""
        for timer in timers:
            self._timers.pop(timer, None)

    def at(self, timer: Timer) -> float | None:
        """When this timer is due, or None."""
        return self._timers.get(timer)

    def due(self, now: float) -> list[Timer]:
        """The timers whose time has come; they are cleared."""
        due = [timer for timer, at in self._timers.items() if at <= now]
        self.clear(*due)
        return due

    def wakeup(self) -> float | None:
        """The earliest timer, or None."""
        return min(self._timers.values(), default=None)

    def spread(self, seconds: float) -> float:
        """`seconds` with jitter: between a half and one and a half of it."""
        return seconds * (0.5 + self.jitter())

    def put_off(self, seconds: float, told: float | None) -> float:
        """How long to wait after a refusal: about `seconds`, but no less than the server `told`."""
        return max(self.spread(seconds), heeded(told) * (1 + self.jitter() / 4))

    # ── requests ─────────────────────────────────────────────────────────────────────────────────

    def ask(self, now: float, purpose: Purpose, body: RequestBody, about: Any = None) -> None:
        """Send a request whose reply is read by `purpose`."""
        self._last_id += 1
        self._asked[self._last_id] = Asked(purpose, about, now)
        self.emit(SendRequest(Request(self._last_id, body)))

    def answered(self, request: int) -> Asked | None:
        """What the reply to `request` answers; None for one that nobody waits for."""
        return self._asked.pop(request, None)

    def oldest(self, purposes: Collection[Purpose]) -> float | None:
        """When the oldest request in flight with one of these purposes was sent, or None."""
        sent = (asked.sent for asked in self._asked.values() if asked.purpose in purposes)
        return min(sent, default=None)

    def forget_requests(self) -> None:
        """The connection is gone, and its replies with it."""
        self._asked.clear()
