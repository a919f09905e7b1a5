"""Requests that have arrived and wait for the loop: by turns, and a turn of the loop has an end.

ROUTER takes turns by connection, and cannot pause one. So requests are read ahead and shared out
among users, then devices (`turns`), by the time that answering them really took, and before that by
what their kind took lately, the short ones less: who has many connections, or asks for what is
dear, is behind nobody but oneself. Strangers together count as one user. What one device sent stays
in order.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final, TypeVar

from zmqchat.domain.draft import State
from zmqchat.errors import Code, PeerError, Refused
from zmqchat.protocol import codec
from zmqchat.protocol.requests import BY_TYPE
from zmqchat.runtime.peers import place_of
from zmqchat.server.parts import Incoming
from zmqchat.server.sessions import Sessions
from zmqchat.server.turns import Turn, Turns
from zmqchat.server.workers import Ready

WORK_US: Final = 700
"""How long a turn of the loop answers requests, before it looks after everything else.

Whoever asks something waits for the rest of a turn, on a busy machine twice as long as it is: in
turns of 5 ms others wait three times as long beside a flood, which is answered no faster.
"""

MOST_OF_A_DEVICE: Final = 10 * 1024 * 1024
"""Bytes that wait of one device, with what a small request takes: 5,000 of them."""

MOST_OF_A_USER: Final = 2 * MOST_OF_A_DEVICE
"""Bytes that wait of one user, or of all strangers: together they leave room for others."""

MOST: Final = 5 * MOST_OF_A_DEVICE
"""Bytes that wait of all together, before nothing more is read."""

_REQUEST_BYTES: Final = 2_048  # what a request takes at least, while it waits
_BYTES_A_US: Final = 100  # of a request
_HANDED_OUT_US: Final = 50
_HANDED_OUT_BYTES_A_US: Final = 1_000
_LEARNED: Final = 8  # answers after which what was known of a request's cost counts for a third

_STRANGERS: Final = "strangers"
_SEND: Final = "send"


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A request that waits, its type, and what it counts for while it does."""

    incoming: Incoming
    kind: str
    size: int


@dataclass(slots=True)
class _Typical:
    """What requests of a kind took lately, microseconds, and the bytes that they had."""

    took_us: float
    size: float


class Arrivals:
    """Requests between the socket and the service.

    Times are of the loop's processor: nobody is charged for what else ran meanwhile. `asking` are
    the connections, by descriptor, of which a request waits.
    """

    def __init__(
        self,
        state: State,
        sessions: Sessions,
        handle: Callable[[Incoming], object],
        refuse: Callable[[Incoming, int, Refused], object],
        answered: Callable[[Ready], object],
        clock_ns: Callable[[], int] = time.thread_time_ns,
    ) -> None:
        self._state = state
        self._sessions = sessions
        self._handle = handle
        self._refuse = refuse
        self._answered = answered
        self._clock_ns = clock_ns
        self._turns: Turns[_Arrived | Ready] = Turns()
        self._typical: dict[str, _Typical] = {}
        self._waiting: Counter[tuple[Hashable, Hashable]] = Counter()
        self._waiting_for: Counter[Hashable] = Counter()
        self._size = 0
        self._ahead_us = 0
        self.asking: Counter[int] = Counter()

    def __bool__(self) -> bool:
        return bool(self._turns)

    @property
    def full(self) -> bool:
        """Whether nothing more should be read now: so much waits, or was answered on its arrival.

        What was answered so counts until the next `work`.
        """
        return self._size >= MOST or self._ahead_us >= WORK_US

    def put(self, incoming: Incoming, now: float) -> None:
        """Takes a request in; `now` in monotonic seconds, when its session was heard of.

        Where too much of its device or user waits, it is refused; a send is decided in its order
        always, so then the device's oldest are answered at once, and counted like all others.
        """
        user, device = self._whose(incoming, now)
        number, kind = _envelope(incoming)
        size = len(incoming.data) + _REQUEST_BYTES
        if kind != _SEND and self._is_too_much(user, device, size):
            self._refuse(incoming, number, _busy(self._turns.waiting))
            return
        self._counts(user, device, incoming.fd, size)
        cost = self._reckoned_us(kind, len(incoming.data))
        self._turns.put(user, device, cost, _Arrived(incoming, kind, size))
        while self._is_too_much(user, device) and (turn := self._turns.take_of(user, device)):
            self._ahead_us += self._answer(turn)

    def _reckoned_us(self, kind: str, size: int) -> int:
        """What answering will take: no more than what the kind does, and of a short one a part."""
        known = self._typical.get(kind)
        typical_us = known.took_us * min(1.0, size / known.size) if known is not None else 0.0
        return max(1, int(typical_us) + size // _BYTES_A_US)

    def _is_too_much(self, user: Hashable, device: Hashable, more: int = 0) -> bool:
        return (
            self._waiting[user, device] + more > MOST_OF_A_DEVICE
            or self._waiting_for[user] + more > MOST_OF_A_USER
        )

    def put_ready(self, ready: Ready) -> None:
        """Takes in what was read for somebody, to be handed out in their turn."""
        cost = _HANDED_OUT_US + len(ready.frame) // _HANDED_OUT_BYTES_A_US
        self._turns.put(ready.asker.user, ready.asker.device, cost, ready)

    def finish(self) -> None:
        """Hands out all that was read. Requests that still wait are dropped: the server ends."""
        while (turn := self._turns.take()) is not None:
            if isinstance(turn.item, Ready):
                self._answered(turn.item)

    def work(self, until: Callable[[], bool], after: Callable[[Incoming | None], object]) -> None:
        """Answers by turns, for as long as a turn of the loop may; or `until` is true."""
        self._ahead_us = 0
        ends_ns = self._clock_ns() + WORK_US * 1_000
        while not until() and (turn := self._turns.take()) is not None:
            self._answer(turn)
            after(None if isinstance(turn.item, Ready) else turn.item.incoming)
            if self._clock_ns() >= ends_ns:
                return

    def _answer(self, turn: Turn[_Arrived | Ready]) -> int:
        """Answers, and counts what it took; microseconds."""
        began_ns = self._clock_ns()
        if isinstance(turn.item, Ready):
            self._answered(turn.item)
        else:
            self._counts(turn.user, turn.device, turn.item.incoming.fd, -turn.item.size)
            self._handle(turn.item.incoming)
        took_us = (self._clock_ns() - began_ns) // 1_000
        self._turns.charge(turn, took_us - turn.cost)
        if isinstance(turn.item, _Arrived) and turn.item.kind in BY_TYPE:
            size = len(turn.item.incoming.data)
            known = self._typical.setdefault(turn.item.kind, _Typical(float(took_us), float(size)))
            known.took_us += (took_us - known.took_us) / _LEARNED
            known.size += (size - known.size) / _LEARNED
        return took_us

    def _counts(self, user: Hashable, device: Hashable, fd: int, size: int) -> None:
        """A request of so many bytes has come, or (less than none) leaves."""
        self._size += size
        _add(self._waiting, (user, device), size)
        _add(self._waiting_for, user, size)
        _add(self.asking, fd, 1 if size > 0 else -1)

    def _whose(self, incoming: Incoming, now: float) -> tuple[Hashable, Hashable]:
        """The connection's key is proved, so it is known whose it is before any hello."""
        session = self._sessions.find(incoming.peer, incoming.key)
        if session is not None:
            session.last_seen = now
            return session.actor.user.id, session.actor.device
        device = self._state.device_of(bytes.fromhex(incoming.key))
        if device is not None and not device.removed_us:
            return device.user, device.id
        return _STRANGERS, place_of(incoming.address)


def _envelope(incoming: Incoming) -> tuple[int, str]:
    """A request's number and type; nothing else of it is decoded yet."""
    try:
        envelope = codec.decode_envelope(incoming.data)
    except PeerError:
        return 0, ""
    return envelope.id, envelope.type


_Key = TypeVar("_Key")


def _add(counter: Counter[_Key], key: _Key, more: int) -> None:
    """As `+=`, and forgets what is none."""
    counter[key] += more
    if not counter[key]:
        del counter[key]


def _busy(waiting_us: int) -> Refused:
    text = "More of your requests wait than are kept for a device or user; nothing was done."
    return Refused(Code.BUSY, text, max(0.1, waiting_us / 1e6))
