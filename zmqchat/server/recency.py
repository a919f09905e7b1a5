"""What changed since a client's last heartbeat, by recency rather than by scanning rooms.

Every change gets the next tick; a cursor is this server's boot id and a tick, so that a cursor of
another server, or of an earlier run, is recognised and answered with everything.
"""

from __future__ import annotations

from collections.abc import Iterable

_TICK_BYTES = 8


class Recency:
    """Rooms in the order of their last change, and users by their last change of rooms."""

    def __init__(self, boot: bytes) -> None:
        self._boot = boot
        self._tick = 0
        # Insertion order is the order of change: a changed room is taken out and put in again.
        self._rooms: dict[int, int] = {}
        self._users: dict[int, int] = {}

    @property
    def cursor(self) -> bytes:
        """The cursor of now."""
        return self._boot + self._tick.to_bytes(_TICK_BYTES, "big")

    def tick_of(self, cursor: bytes) -> int | None:
        """The tick of a cursor of this run, or None for any other bytes."""
        boot, tick = cursor[:-_TICK_BYTES], cursor[-_TICK_BYTES:]
        if boot != self._boot or len(tick) != _TICK_BYTES:
            return None
        return int.from_bytes(tick, "big")

    def room_changed(self, room: int) -> None:
        """Notes a new head."""
        self._tick += 1
        self._rooms.pop(room, None)
        self._rooms[room] = self._tick

    def rooms_of_user_changed(self, user: int) -> None:
        """Notes that a user's set of rooms is another one."""
        self._tick += 1
        self._users[user] = self._tick

    def rooms_since(self, tick: int) -> Iterable[int]:
        """Rooms that changed after `tick`, the latest first."""
        for room in reversed(self._rooms):
            if self._rooms[room] <= tick:
                return
            yield room

    def user_since(self, user: int, tick: int) -> bool:
        """Whether a user's set of rooms changed after `tick`."""
        return self._users.get(user, 0) > tick
