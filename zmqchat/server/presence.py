"""Which changes of presence are told: net ones, in batches, and no flicker of a reconnect."""

from __future__ import annotations

from collections.abc import Callable

from zmqchat.protocol.people import Presence

EVERY_S = 1.0
"""Changes are told together, this often at most."""

GRACE_S = 5.0
"""Who comes back within this was never gone."""

MOST = 200
"""Changes in one telling; in a crowd that logs in at once, the rest comes with the next."""


class PresenceNews:
    """Collects changes; `presence(user)` says how present a user is now. `now` is monotonic s."""

    def __init__(self, presence: Callable[[int], Presence]) -> None:
        self._presence = presence
        self._told: dict[int, Presence] = {}
        self._doubtful: dict[int, float] = {}
        self._due = 0.0

    def changed(self, user: int, now: float) -> None:
        """A session of the user opened, closed or said something else of the person."""
        gone = self._presence(user) is Presence.OFFLINE
        self._doubtful[user] = now + (GRACE_S if gone else 0.0)

    def due(self) -> float | None:
        """When `take` is to be called next; None where there is nothing to tell."""
        if not self._doubtful:
            return None
        return max(self._due, min(self._doubtful.values()))

    def take(self, now: float) -> list[tuple[int, Presence]]:
        """What is to be told now: users with their presence, each other than told before."""
        due = self.due()
        if due is None or now < due:
            return []
        self._due = now + EVERY_S
        ripe = [user for user, at in self._doubtful.items() if at <= now][:MOST]
        return [(user, now_shown) for user in ripe if (now_shown := self._settle(user))]

    def _settle(self, user: int) -> Presence | None:
        """The user's presence, if others believe in another one."""
        del self._doubtful[user]
        before, after = self._told.get(user, Presence.OFFLINE), self._presence(user)
        if after is Presence.OFFLINE:
            self._told.pop(user, None)
        else:
            self._told[user] = after
        return after if after is not before else None
