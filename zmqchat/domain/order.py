"""Keeps each sender's order through refusals that may be retried.

A client keeps several requests under way. When one of its sends is refused for now, those that
follow it into the same room must not overtake it: they are refused too, until the refused one
comes again.
"""

from __future__ import annotations

from dataclasses import dataclass

HOLD_US = 30_000_000
"""A refused send that its client gave up holds back the room's others no longer than this."""


@dataclass(frozen=True, slots=True)
class _Hold:
    send_id: bytes
    until_us: int


class Order:
    """The rooms in which a session's sends wait for one that was refused for now."""

    def __init__(self) -> None:
        self._holds: dict[bytes, dict[int, _Hold]] = {}

    def admits(self, session: bytes, room: int, send_id: bytes, now_us: int) -> bool:
        """Whether this send may be decided now; the one that was waited for ends the wait."""
        holds = self._holds.get(session)
        hold = holds.get(room) if holds else None
        if holds is None or hold is None:
            return True
        if hold.send_id != send_id and now_us < hold.until_us:
            return False
        del holds[room]
        if not holds:
            del self._holds[session]
        return True

    def refused(self, session: bytes, room: int, send_id: bytes, now_us: int) -> None:
        """Notes that a send was refused for now; the first of a room counts."""
        self._holds.setdefault(session, {}).setdefault(room, _Hold(send_id, now_us + HOLD_US))

    def forget(self, session: bytes) -> None:
        """The session is over; a new one sends again, in order, from its outbox."""
        self._holds.pop(session, None)
