"""The SUB: which broker, which topics, and from when on they are in force.

A barrier is subscribed to behind the handles, and the broker answers it when it has worked through
them. libzmq resends subscriptions in byte order whenever it reconnects, so the same answer a second
time says that the connection was broken meanwhile and that something may be missing.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from zmqchat.protocol import topics
from zmqchat.protocol.replies import ListenToken
from zmqchat.sync.context import Context, Timer
from zmqchat.sync.effects import Listen, Subscribe, Unsubscribe
from zmqchat.sync.epochs import Epochs

_ANSWER_S = 5.0
_LONGEST_S = 60.0


class Answer(StrEnum):
    """What a barrier's answer means."""

    STALE = "stale"
    IN_FORCE = "in-force"
    AGAIN = "again"


class Listening:
    """One SUB at one of the brokers; `in_force` says that it hears all that is wanted."""

    def __init__(self, context: Context, epochs: Epochs, nonce: Callable[[], bytes]) -> None:
        self._context = context
        self._epochs = epochs
        self._nonce = nonce
        self._brokers: list[str] = []
        self._broker = ""
        self._token: ListenToken | None = None
        self._shown: ListenToken | None = None
        self._subscribed: set[bytes] = set()
        self._barrier = b""
        self._failures = 0
        self.in_force = False

    def welcome(self, now: float, brokers: list[str], token: ListenToken) -> None:
        """A session is open: hear all that is wanted, on the SUB that there is if it still fits."""
        self._brokers, self._token = brokers, token
        if not brokers:
            return
        if self._broker in brokers:
            self.subscribe(now)
        else:
            self._broker = brokers[int(self._context.jitter() * len(brokers))]
            self.listen(now)

    def renew(self, token: ListenToken) -> None:
        """A fresher token, shown when the next SUB is made."""
        self._token = token

    def listen(self, now: float) -> None:
        """A new SUB with everything that is wanted."""
        self._context.clear(Timer.LISTEN)
        if self._token is None or not self._broker:
            return
        self._shown = self._token
        self._context.emit(Listen(self._broker, self._token))
        self._subscribed.clear()
        self._barrier = b""
        self.subscribe(now)

    def subscribe(self, now: float) -> None:
        """Subscribe to what is wanted and not yet heard, and to a new barrier behind it."""
        if not self._broker:
            return
        new = [handle for handle in self._epochs.wanted() if handle not in self._subscribed]
        if self._barrier:
            self._context.emit(Unsubscribe((self._barrier,)))
        self._barrier = topics.barrier(self._nonce())
        self._subscribed.update(new)
        self._context.emit(Subscribe((*new, self._barrier)))
        self.in_force = False
        wait = min(_LONGEST_S, _ANSWER_S * 2**self._failures)
        self._context.set(Timer.BARRIER, now + self._context.spread(wait))

    def unsubscribe(self, handles: list[bytes]) -> None:
        """Take back handles whose room or epoch is left."""
        heard = tuple(handle for handle in handles if handle in self._subscribed)
        self._subscribed.difference_update(heard)
        if heard:
            self._context.emit(Unsubscribe(heard))

    def answered(self, barrier: bytes) -> Answer:
        """A barrier's answer has come."""
        if barrier != self._barrier:
            return Answer.STALE
        if self.in_force:
            return Answer.AGAIN
        self.in_force, self._failures = True, 0
        self._context.clear(Timer.BARRIER)
        self.unsubscribe(self._epochs.forget_old())
        return Answer.IN_FORCE

    def unanswered(self, now: float) -> None:
        """No answer in time: a new SUB, at the next broker."""
        self._failures = min(self._failures + 1, 4)
        if self._brokers:
            known = self._broker in self._brokers
            here = self._brokers.index(self._broker) if known else -1
            self._broker = self._brokers[(here + 1) % len(self._brokers)]
        self.listen(now)

    def refused(self, now: float) -> bool:
        """The broker refused the token. True when a fresher one is at hand and will be shown.

        libzmq never retries after a refusal, so that a new SUB is needed in any case.
        """
        self.in_force = False
        self._failures = min(self._failures + 1, 4)
        self._context.clear(Timer.BARRIER)
        if self._token == self._shown:
            return False
        self._context.sooner(Timer.LISTEN, now + self._context.spread(0.1 * 2**self._failures))
        return True

    def drop(self) -> None:
        """Forget the SUB; the next welcome makes a new one."""
        self._broker, self._barrier, self.in_force = "", b"", False
        self._subscribed.clear()
        self._context.clear(Timer.BARRIER, Timer.LISTEN)
