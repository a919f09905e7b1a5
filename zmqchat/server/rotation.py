"""When rooms get their daily new epoch: spread over the day, so that they do not all at once.

Kicks, bans and departures start an epoch by themselves, in the commit; this is for the rest, so
that a key that leaked opens no more than a day, and seals no more than it should. What counts is
when the epoch began, which is on disk: a turn that came while no server ran is not missed.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Final

from zmqchat.domain.credentials import outlived
from zmqchat.domain.draft import State
from zmqchat.domain.state import Room
from zmqchat.server.jobs import ForgetCodes, Rotate

DAY_S: Final = 86_400

MOST: Final = 500
"""Rooms that are turned at once: behind a long stop of the server the turns of many have come."""


def second_of_day(realm: bytes, room: int) -> int:
    """When in a day the room's turn is: fixed for a room, even over many rooms."""
    text = realm + room.to_bytes(8, "big")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big") % DAY_S


def is_due(realm: bytes, room: Room, now_s: int) -> bool:
    """Whether the room's turn came since its epoch began; `now_s` in seconds since the epoch."""
    turn_s = now_s - (now_s - second_of_day(realm, room.id)) % DAY_S
    began_s = room.epoch_us // 1_000_000
    return began_s < turn_s or began_s > now_s + DAY_S  # by a clock that was set back since


class Rotation:
    """Asks for new epochs, and has used-up codes forgotten; call `check` from time to time."""

    _EVERY_S = 60

    def __init__(
        self,
        state: State,
        submit: Callable[[Rotate | ForgetCodes], None],
        clock_us: Callable[[], int],
    ) -> None:
        self._state = state
        self._submit = submit
        self._clock_us = clock_us
        self._checked_s = clock_us() // 1_000_000

    def check(self) -> None:
        """Starts an epoch in the rooms whose turn has come."""
        now_s = self._clock_us() // 1_000_000
        if 0 <= now_s - self._checked_s < self._EVERY_S:
            return
        self._checked_s = now_s
        realm = self._state.realm.id
        due = [room.id for room in list(self._state.rooms.values()) if is_due(realm, room, now_s)]
        for room in due[:MOST]:
            self._submit(Rotate(room))
        if outlived(self._state, self._clock_us()):
            self._submit(ForgetCodes())
