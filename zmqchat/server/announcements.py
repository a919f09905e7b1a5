"""What people are told of each other in the general room: presence and profiles, in batches."""

from __future__ import annotations

from collections.abc import Callable

from zmqchat.domain.draft import State
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Room
from zmqchat.protocol.people import Presence
from zmqchat.protocol.signals import PresenceChanged, ProfileChanged, Signal
from zmqchat.server.presence import EVERY_S, MOST, PresenceNews


class Announcements:
    """Collects what changed of people; `tell` passes it on, every second at most.

    `presence(user)` says how present a user is; `signal(room, signals)` publishes.
    """

    def __init__(
        self,
        state: State,
        presence: Callable[[int], Presence],
        signal: Callable[[Room, list[Signal]], None],
    ) -> None:
        self._state = state
        self._signal = signal
        self._news = PresenceNews(presence)
        self._touched: set[int] = set()
        self._profiles: dict[int, None] = {}
        self._profiles_due = 0.0

    def presence_changed(self, user: int) -> None:
        """A session of the user opened, closed, or said something else of the person."""
        self._touched.add(user)

    def profile_changed(self, user: int) -> None:
        """The user is shown in another way now, and that is committed."""
        self._profiles[user] = None

    def due(self) -> float | None:
        """When `tell` is to be called next, monotonic seconds; None: there is nothing to tell."""
        if self._touched:
            return 0.0
        due = [self._news.due(), self._profiles_due if self._profiles else None]
        return min((at for at in due if at is not None), default=None)

    def tell(self, now: float) -> None:
        """Tells what is due at `now` (monotonic seconds)."""
        while self._touched:
            self._news.changed(self._touched.pop(), now)
        signals: list[Signal] = [
            PresenceChanged(user.id, user.name, presence)
            for number, presence in self._news.take(now)
            if (user := self._state.user(number)) is not None
        ]
        signals += self._shown(now)
        general = self._state.room(GENERAL_ID)
        if signals and general is not None:
            self._signal(general, signals)

    def _shown(self, now: float) -> list[Signal]:
        if not self._profiles or now < self._profiles_due:
            return []
        self._profiles_due = now + EVERY_S
        users = list(self._profiles)[:MOST]
        for user in users:
            del self._profiles[user]
        found = (self._state.user(user) for user in users)
        return [
            ProfileChanged(user.id, user.name, user.display, user.status, user.picture)
            for user in found
            if user is not None
        ]
