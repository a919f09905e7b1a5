"""Signals as an application hears them: who is typing, who is there, what changed elsewhere.

They may be lost, and a listener that is slow loses the oldest; nothing that matters depends on one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from zmqchat.client.feed import Signal as Wakeup
from zmqchat.protocol import signals as wire
from zmqchat.sync import effects as fx

_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Typing:
    """Somebody is writing in a room, or no longer is; forget it after 6 s without another."""

    room: str
    name: str
    on: bool


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """Somebody is `online`, `away` or `offline` now."""

    name: str
    presence: str


@dataclass(frozen=True, slots=True)
class ProfileChanged:
    """Somebody is shown in another way; `picture` is its digest in hex, "" where there is none."""

    name: str
    display: str
    status: str
    picture: str


@dataclass(frozen=True, slots=True)
class AccountChanged:
    """Markers, settings of rooms or the list of ignored people are other than before."""


ChatSignal = Typing | PresenceChanged | ProfileChanged | AccountChanged


class Signals:
    """Hands signals to whoever listens at the moment."""

    def __init__(self, check: Callable[[], None], name_of: Callable[[int], str]) -> None:
        self._check = check
        self._name_of = name_of
        self._listeners: set[_Listener] = set()

    def tell(self, signal: ChatSignal) -> None:
        """A signal for all listeners."""
        for listener in self._listeners:
            listener.add(signal)

    def heard(self, effect: fx.Signalled) -> None:
        """Signals of a room."""
        for signal in effect.signals:
            match signal:
                case wire.Typing(name, on):
                    self.tell(Typing(self._name_of(effect.room), name, on))
                case wire.PresenceChanged(name, presence):
                    self.tell(PresenceChanged(name, presence.value))
                case wire.ProfileChanged(name, display, status, picture):
                    self.tell(ProfileChanged(name, display, status, picture.hex()))

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
