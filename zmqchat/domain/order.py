"""Keeps each sender's order through refusals that may be retried.

A client may keep several requests under way. When one of its sends is refused for now, those that
follow it into the same room must not overtake it: they are refused too, and all of them are
admitted again in the order in which they were refused first.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from zmqchat.protocol.limits import SENDS_IN_FLIGHT

HOLD_US = 30_000_000
"""A refused send that its client gave up holds back the room's others no longer than this."""

_Queue = dict[bytes, int]
"""Send ids in the order of their first refusal, each with the time until which it is waited for."""


@dataclass(slots=True)
class _Waiting:
    """What a session has to send again, by room. `count` is of all rooms, and bounded."""

    rooms: dict[int, _Queue] = field(default_factory=dict)
    count: int = 0


class Order:
    """The rooms in which a session's sends wait for one that was refused for now.

    Admissions are provisional until the batch is committed: then call `settle`, else `restore`.
    """

    def __init__(self) -> None:
        self._sessions: dict[bytes, _Waiting] = {}
        self._admitted: list[tuple[bytes, int, bytes, int]] = []

    def waits(self, session: bytes) -> bool:
        """Whether anything of the session was refused for now; if not, everything is admitted."""
        return session in self._sessions

    def admits(self, session: bytes, room: int, send_id: bytes, now_us: int) -> bool:
        """Whether this send may be decided now; if not, its place is noted."""
        waiting = self._sessions.get(session)
        queue = waiting.rooms.get(room) if waiting else None
        while waiting and queue:
            first, until_us = next(iter(queue.items()))
            if first != send_id and now_us < until_us:
                self.refused(session, room, send_id, now_us)
                return False
            self._take(session, waiting, room, first)
            if first == send_id:
                self._admitted.append((session, room, first, until_us))
                return True
        return True

    def refused(self, session: bytes, room: int, send_id: bytes, now_us: int) -> None:
        """Notes that a send was refused for now, behind those of its room that were before."""
        waiting = self._sessions.setdefault(session, _Waiting())
        # More than may be under way is not a client's order any more, only its memory here.
        if waiting.count < SENDS_IN_FLIGHT:
            queue = waiting.rooms.setdefault(room, {})
            waiting.count += send_id not in queue
            queue.setdefault(send_id, now_us + HOLD_US)

    def put_back(self, session: bytes, room: int, send_id: bytes, now_us: int) -> None:
        """Notes that a send was decided and refused for now: nothing of its room was before it."""
        self.refused(session, room, send_id, now_us)
        queue = self._sessions[session].rooms.get(room, {})
        if send_id in queue:
            self._sessions[session].rooms[room] = {send_id: queue.pop(send_id)} | queue

    def settle(self) -> None:
        """The batch is committed: what was admitted is done with."""
        self._admitted.clear()

    def restore(self) -> None:
        """The commit failed: what was admitted takes its place at the front again."""
        for session, room, send_id, until_us in reversed(self._admitted):
            waiting = self._sessions.setdefault(session, _Waiting())
            behind = waiting.rooms.get(room, {})
            waiting.count += send_id not in behind
            waiting.rooms[room] = {send_id: until_us} | behind
        self._admitted.clear()

    def forget(self, session: bytes) -> None:
        """The session is over; a new one sends again, in order, from its outbox."""
        self._sessions.pop(session, None)

    def _take(self, session: bytes, waiting: _Waiting, room: int, send_id: bytes) -> None:
        del waiting.rooms[room][send_id]
        waiting.count -= 1
        if not waiting.rooms[room]:
            del waiting.rooms[room]
        if not waiting.rooms:
            del self._sessions[session]
