"""When rooms get their daily new epoch: spread over the day, so that they do not all at once.

Kicks, bans and departures start an epoch by themselves, in the commit; this is for the rest, so
that a key that leaked opens no more than a day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import blake2b

from zmqchat.domain.draft import State
from zmqchat.server.jobs import Rotate

DAY_S = 86_400


def second_of_day(realm: bytes, room: int) -> int:
    """When in a day the room's turn is: fixed for a room, even over many rooms."""
    text = realm + room.to_bytes(8, "big")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big") % DAY_S


def due(realm: bytes, rooms: Iterable[int], since_s: int, now_s: int) -> list[int]:
    """The rooms whose turn lies in (since_s, now_s]; seconds since the epoch."""
    if now_s <= since_s:  # a clock that was set back
        return []
    if now_s - since_s >= DAY_S:
        return list(rooms)
    return [
        room
        for room in rooms
        if 0 < (second_of_day(realm, room) - since_s) % DAY_S <= now_s - since_s
    ]


class Rotation:
    """Asks for new epochs; call `check` from time to time."""

    _EVERY_S = 60

    def __init__(
        self, state: State, submit: Callable[[Rotate], None], clock_us: Callable[[], int]
    ) -> None:
        self._state = state
        self._submit = submit
        self._clock_us = clock_us
        self._checked_s = clock_us() // 1_000_000

    def check(self) -> None:
        """Starts an epoch in every room whose turn came since the last check."""
        now_s = self._clock_us() // 1_000_000
        if 0 <= now_s - self._checked_s < self._EVERY_S:
            return
        for room in due(self._state.realm.id, list(self._state.rooms), self._checked_s, now_s):
            self._submit(Rotate(room))
        self._checked_s = now_s
