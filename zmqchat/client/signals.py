"""Signals as an application hears them: who is typing, who is there, what changed elsewhere.

They may be lost, and a listener that is slow loses the oldest; nothing that matters depends on one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from zmqchat.client.feed import Signal as Wakeup
from zmqchat.client.naming import Where
from zmqchat.protocol import signals as wire
from zmqchat.sync import effects as fx

_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Typing:
    """Somebody is writing in a room, or no longer is; forget it after 6 s without another."""

    room: str
    name: str
    on: bool
    room_id: int = 0
    user: int = 0


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """Somebody is `online`, `away` or `offline` now."""

    name: str
    presence: str
    user: int = 0


@dataclass(frozen=True, slots=True)
class ProfileChanged:
    """Somebody is shown in another way; `picture` is its digest in hex, "" where there is none."""

    name: str
    display: str
    status: str
    picture: str
    user: int = 0


@dataclass(frozen=True, slots=True)
class PersonRenamed:
    """Somebody who was called `before` is called `name` now."""

    user: int
    name: str
    before: str


@dataclass(frozen=True, slots=True)
class AccountChanged:
    """Markers, settings of rooms or the list of ignored people are other than before."""


ChatSignal = Typing | PresenceChanged | ProfileChanged | PersonRenamed | AccountChanged


class Signals:
    """Hands signals to whoever listens at the moment."""

    def __init__(self, check: Callable[[], None], place: Callable[[int], Where]) -> None:
        self._check = check
        self._place = place
        self._listeners: set[_Listener] = set()

    def tell(self, signal: ChatSignal) -> None:
        """A signal for all listeners."""
        for listener in self._listeners:
            listener.add(signal)

    def heard(self, effect: fx.Signalled) -> None:
        """Signals of a room."""
        for signal in effect.signals:
            match signal:
                case wire.Typing(user, name, on):
                    room = self._place(effect.room)
                    self.tell(Typing(room.name, name, on, room.id, user))
                case wire.PresenceChanged(user, name, presence):
                    self.tell(PresenceChanged(name, presence.value, user))
                case wire.ProfileChanged(user, name, display, status, picture):
                    self.tell(ProfileChanged(name, display, status, picture.hex(), user))

    def stopped(self) -> None:
        """The client stopped: listeners are told why."""
        for listener in self._listeners:
            listener.wake()

    async def listen(self) -> AsyncGenerator[ChatSignal, None]:
        """Signals from now on, until the client stops; then what stopped it is raised."""
        listener = _Listener()
        self._listeners.add(listener)
        try:
            while True:
                while listener.waiting:
                    yield listener.waiting.popleft()
                self._check()
                await listener.wait()
        finally:
            self._listeners.discard(listener)


class _Listener(Wakeup):
    """What one listener has not taken yet."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: deque[ChatSignal] = deque(maxlen=_KEPT)

    def add(self, signal: ChatSignal) -> None:
        self.waiting.append(signal)
        self.wake()
