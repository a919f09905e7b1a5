"""Who may subscribe to what: whole handles and barriers, a bounded number a connection. Pure.

A connection is the number of its file descriptor, which the next connection may get: `accepted`
starts it anew, `gone` forgets it. Whoever sends anything else than such a subscription is cut, and
its device is not let in again for a while (`BARRED_S`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from zmqchat.protocol.topics import is_barrier, is_handle

TOPICS_PER_CONNECTION = 20_000
"""Handles and barriers that one connection may hold at a time."""

BARRED_S = 30.0
"""For how long a device is refused after one of its connections was cut, in seconds."""

_BARRED_DEVICES = 10_000
_SUBSCRIBE, _UNSUBSCRIBE = 1, 0


@dataclass(frozen=True, slots=True)
class Admit:
    """Put the subscription in force."""

    topic: bytes


@dataclass(frozen=True, slots=True)
class AnswerBarrier:
    """Put the subscription in force and publish its topic: all before it are in force."""

    topic: bytes


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take the subscription out of force."""

    topic: bytes


@dataclass(frozen=True, slots=True)
class Refuse:
    """Do nothing: it repeats what is so, or its connection is being cut."""


@dataclass(frozen=True, slots=True)
class Cut:
    """End the connection."""

    reason: str


Decision = Admit | AnswerBarrier | Withdraw | Refuse | Cut


@dataclass(slots=True)
class _Connection:
    topics: set[bytes] = field(default_factory=set)
    cut: bool = False


class Admission:
    """Decides on subscription messages."""

    def __init__(self, topics_per_connection: int = TOPICS_PER_CONNECTION) -> None:
        self._most = topics_per_connection
        self._connections: dict[int, _Connection] = {}
        self._barred: dict[str, float] = {}

    def accepted(self, connection: int) -> None:
        """A connection with this number begins; what was known under the number is forgotten."""
        self._connections[connection] = _Connection()

    def gone(self, connection: int) -> None:
        """The connection with this number has ended."""
        self._connections.pop(connection, None)

    def decide(self, connection: int, message: bytes) -> Decision:
        """What to do with a message that came up from a subscriber."""
        state = self._connections.setdefault(connection, _Connection())
        if state.cut:
            return Refuse()
        decision = self._decide(state.topics, message)
        state.cut = isinstance(decision, Cut)
        return decision

    def _decide(self, topics: set[bytes], message: bytes) -> Decision:
        if not is_subscription(message):
            return Cut("sent what is no subscription")
        topic = message[1:]
        if message[0] == _UNSUBSCRIBE:
            if topic not in topics:
                return Refuse()
            topics.remove(topic)
            return Withdraw(topic)
        return self._subscribe(topics, topic)

    def _subscribe(self, topics: set[bytes], topic: bytes) -> Decision:
        if not (is_handle(topic) or is_barrier(topic)):
            return Cut("subscribed to what is no handle")
        if topic in topics:
            return Refuse()
        if len(topics) >= self._most:
            return Cut(f"subscribed to more than {self._most} topics")
        topics.add(topic)
        return Admit(topic) if is_handle(topic) else AnswerBarrier(topic)

    def mark_cut(self, connection: int) -> bool:
        """Notes that the caller ends the connection; False where it was being ended already."""
        state = self._connections.setdefault(connection, _Connection())
        was, state.cut = state.cut, True
        return not was

    def bar(self, device: str, now: float) -> None:
        """Refuses the device for `BARRED_S` from `now` on (monotonic seconds)."""
        if len(self._barred) >= _BARRED_DEVICES:
            self._barred = {who: until for who, until in self._barred.items() if until > now}
        self._barred[device] = now + BARRED_S

    def is_barred(self, device: str, now: float) -> bool:
        """Whether the device is being refused."""
        return self._barred.get(device, now) > now


def is_subscription(message: bytes) -> bool:
    """Whether XPUB took the message for a subscription or the end of one."""
    return message[:1] in (b"\x00", b"\x01")
