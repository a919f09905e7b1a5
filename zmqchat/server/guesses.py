"""Who may try a password for whom, so that nobody's guessing keeps the owner of a name out. Pure.

A user may be tried from anywhere, but only so often a day: guesses from many addresses are bounded
as those from one are. Where the user came in before, and for a device that is in, there are tries
of its own. Times named `now` are monotonic seconds.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from zmqchat.domain import limits as rates
from zmqchat.errors import Code, Refused

PLACES_PER_USER: Final = 16
"""Addresses where a user came in that are remembered, the latest, while the server runs."""

TOLD_FROM: Final = 5
"""Wrong passwords within a day, from which on the user is told: fewer are one's own."""

_DAY_S: Final = 86_400.0


class Guesses:
    """One server's tries. A place is what `runtime.peers.place_of` makes of an address."""

    def __init__(self) -> None:
        self._near = rates.Limiter(rates.PASSWORDS_WHERE_KNOWN)
        self._far = rates.Limiter(rates.PASSWORDS_ELSEWHERE)
        self._by_place = rates.Limiter(rates.PASSWORDS_PER_ADDRESS)
        self._by_device = rates.Limiter(rates.PASSWORDS_PER_DEVICE)
        self._places: dict[int, OrderedDict[str, None]] = {}
        self._wrong: dict[int, tuple[int, float]] = {}

    def came_in(self, user: int, place: str) -> None:
        """A session of the user was opened from there."""
        places = self._places.setdefault(user, OrderedDict())
        places[place] = None
        places.move_to_end(place)
        if len(places) > PLACES_PER_USER:
            places.popitem(last=False)

    def is_known(self, user: int, place: str) -> bool:
        """Whether the user came in from there before."""
        return place in self._places.get(user, ())

    def allow(self, user: int, place: str, now: float) -> None:
        """Lets somebody at `place` try a password of the user.

        Refused(RATE_LIMITED), or LINK_CODE_NEEDED where only a code lets a stranger in today.
        """
        if self.is_known(user, place):
            _check(self._near.wait((user, place), now))
            return
        # The address first: whoever guesses from one place does not use up the tries of others.
        _check(self._by_place.wait(place, now))
        if self._far.wait(user, now):
            raise Refused(
                Code.LINK_CODE_NEEDED,
                "Too many wrong passwords were tried for this name today; this one was not looked "
                "at. Come in with a link code that a device of yours shows, from where you came in "
                "before, or ask an administrator for a recovery code.",
            )

    def allow_device(self, device: int, now: float) -> None:
        """Lets a device that is in try its user's password; Refused(RATE_LIMITED) otherwise."""
        _check(self._by_device.wait(device, now))

    def give_back(self, user: int, place: str) -> None:
        """A password that was allowed was not looked at."""
        if self.is_known(user, place):
            self._near.give_back((user, place), 1)
        else:
            self._by_place.give_back(place, 1)
            self._far.give_back(user, 1)

    def give_back_device(self, device: int) -> None:
        """As `give_back`, of a device that is in."""
        self._by_device.give_back(device, 1)

    def went_wrong(self, user: int, now: float) -> int:
        """A password was wrong; how many were within a day."""
        count = self._count(user, now) + 1
        since = self._wrong[user][1] if count > 1 else now
        self._wrong[user] = count, since
        return count

    def told(self, user: int, now: float) -> int:
        """How many wrong passwords within a day the user is told of; 0 where they are few."""
        count = self._count(user, now)
        return count if count >= TOLD_FROM else 0

    def _count(self, user: int, now: float) -> int:
        count, since = self._wrong.get(user, (0, now))
        if now - since > _DAY_S:
            del self._wrong[user]
            return 0
        return count


def _check(wait: float) -> None:
    if wait:
        raise Refused(
            Code.RATE_LIMITED,
            "Too many passwords were tried; this one was not looked at. Wait.",
            wait,
        )
