"""Who may subscribe to what: whole handles and barriers, in bounded number. Pure.

A connection is the number of its file descriptor, which the next connection may get: `accepted`
starts it anew, `gone` forgets it. Whoever sends anything else than such a subscription, or too many
of them, is cut, and not let in again for a while (`BARRED_S`).

What is counted is a `Listener`: a device at a place. Its token can be read on the wire, so whoever
read it may use it up, and get it barred, where they are; the device elsewhere has its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from zmqchat.protocol.topics import is_barrier, is_handle

TOPICS_PER_CONNECTION: Final = 20_000
"""Handles and barriers that one connection may hold at a time."""

TOPICS_PER_LISTENER: Final = 60_000
"""What all connections of one device from one place may hold together."""

TOPICS: Final = 2_000_000
"""What all may hold together; beyond it, nobody gets more than an equal share."""

BARRED_S: Final = 30.0
"""For how long a listener is refused after one of its connections was cut, in seconds."""

_BARRED: Final = 10_000
_UNSUBSCRIBE: Final = 0


class Listener(NamedTuple):
    """A device at a place (`runtime.peers.place_of`)."""

    device: str
    place: str


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


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many topics may be held at a time: by a connection, by a listener, by all."""

    connection: int = TOPICS_PER_CONNECTION
    listener: int = TOPICS_PER_LISTENER
    all: int = TOPICS


@dataclass(slots=True)
class _Connection:
    listener: Listener | None = None
    topics: set[bytes] = field(default_factory=set)
    cut: bool = False


class Admission:
    """Decides on subscription messages."""

    def __init__(self, bounds: Bounds = Bounds()) -> None:
        self._bounds = bounds
        self._connections: dict[int, _Connection] = {}
        self._held: dict[Listener, int] = {}
        self._topics = 0
        self._barred: dict[Listener, float] = {}

    def accepted(self, connection: int) -> None:
        """A connection with this number begins; what was known under the number is forgotten."""
        self.gone(connection)
        self._connections[connection] = _Connection()

    def gone(self, connection: int) -> None:
        """The connection with this number has ended."""
        state = self._connections.pop(connection, None)
        if state is not None and state.listener is not None:
            self._count(state.listener, -len(state.topics))

    def whose(self, connection: int) -> Listener | None:
        """Whose connection this is, once it was told."""
        state = self._connections.get(connection)
        return state.listener if state is not None else None

    def belongs(self, connection: int, listener: Listener) -> None:
        """Tells whose the connection is; its first message is about to be decided."""
        self._connections.setdefault(connection, _Connection()).listener = listener

    def decide(self, connection: int, message: bytes) -> Decision:
        """What to do with a message that came up from a subscriber, of whom `belongs` told."""
        state = self._connections[connection]
        assert state.listener is not None
        if state.cut:
            return Refuse()
        before = len(state.topics)
        decision = self._decide(state.listener, state.topics, message)
        self._count(state.listener, len(state.topics) - before)
        state.cut = isinstance(decision, Cut)
        return decision

    def _decide(self, listener: Listener, topics: set[bytes], message: bytes) -> Decision:
        if not is_subscription(message):
            return Cut("sent what is no subscription")
        topic = message[1:]
        if message[0] == _UNSUBSCRIBE:
            if topic not in topics:
                return Refuse()
            topics.remove(topic)
            return Withdraw(topic)
        return self._subscribe(listener, topics, topic)

    def _subscribe(self, listener: Listener, topics: set[bytes], topic: bytes) -> Decision:
        if not (is_handle(topic) or is_barrier(topic)):
            return Cut("subscribed to what is no handle")
        if topic in topics:
            return Refuse()
        if why := self._too_many(listener, topics):
            return Cut(why)
        topics.add(topic)
        return Admit(topic) if is_handle(topic) else AnswerBarrier(topic)

    def _too_many(self, listener: Listener, topics: set[bytes]) -> str:
        bounds, held = self._bounds, self._held.get(listener, 0)
        if len(topics) >= bounds.connection:
            return f"subscribed to more than {bounds.connection} topics"
        if held >= bounds.listener:
            return f"subscribed to more than {bounds.listener} topics by all its connections here"
        if self._topics >= bounds.all and held >= bounds.all // len(self._held):
            return f"subscribed to more than its share of {bounds.all} topics"
        return ""

    def _count(self, listener: Listener, topics: int) -> None:
        self._topics += topics
        held = self._held.get(listener, 0) + topics
        if held:
            self._held[listener] = held
        else:
            self._held.pop(listener, None)

    def mark_cut(self, connection: int) -> bool:
        """Notes that the caller ends the connection; False where it was being ended already."""
        state = self._connections.setdefault(connection, _Connection())
        was, state.cut = state.cut, True
        return not was

    def bar(self, listener: Listener, now: float) -> None:
        """Refuses the device from this place for `BARRED_S` from `now` on (monotonic seconds)."""
        if len(self._barred) >= _BARRED:
            self._barred = {who: until for who, until in self._barred.items() if until > now}
        self._barred[listener] = now + BARRED_S

    def is_barred(self, listener: Listener, now: float) -> bool:
        """Whether the device is being refused from this place."""
        return self._barred.get(listener, now) > now


def is_subscription(message: bytes) -> bool:
    """Whether XPUB took the message for a subscription or the end of one."""
    return message[:1] in (b"\x00", b"\x01")
