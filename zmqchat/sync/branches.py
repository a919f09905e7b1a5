"""What happens when the server's log is not the one that was applied here.

One room at a time is searched for the last common point; what was applied after it is set aside,
said aloud, and the room goes on from there. If there is no difference, the server's log itself
does not hang together, and the room stands still until the next session instead of asking on.
"""

from __future__ import annotations

from collections.abc import Callable

from zmqchat.protocol.requests import Chains
from zmqchat.sync.context import Context, Purpose, Timer
from zmqchat.sync.divergence import ChainAt, Search
from zmqchat.sync.effects import BranchSetAside, LogBroken
from zmqchat.sync.timeline import Point, Timeline

_RETRY_S = 1.0


class Branches:
    """The searches under way, oldest first."""

    def __init__(self, context: Context, chain_at: ChainAt) -> None:
        self._context = context
        self._chain_at = chain_at
        self._under_way = False
        self._open = False
        self.searches: dict[int, tuple[Timeline, Search]] = {}
        self.resume: Callable[[float, int], None] = lambda _now, _room: None
        """Called when a room can go on."""

    def begin(self) -> None:
        """A session is open."""
        self._open = True

    def end(self) -> None:
        """The session is gone; what is wrong shows again in the next."""
        self._open = self._under_way = False
        self.searches.clear()
        self._context.clear(Timer.SEARCH)

    def search(self, now: float, timeline: Timeline, why: str | None = None) -> None:
        """Find out where the log of `timeline` and the server's part.

        `why` is set when the server's events were wrong, and not only its head.
        """
        timeline.suspect = False
        if timeline.room not in self.searches:
            self.searches[timeline.room] = (timeline, Search(timeline, self._chain_at, why))
            self.send(now)

    def drop(self, room: int) -> None:
        """The room is closed."""
        self.searches.pop(room, None)

    def send(self, now: float) -> None:
        """Ask the next question, unless one is under way."""
        while self._open and not self._under_way and self.searches:
            room, (timeline, search) = next(iter(self.searches.items()))
            if search.seqs:
                self._under_way = True
                self._context.ask(now, Purpose.CHAINS, Chains(room, search.seqs), search)
            else:
                del self.searches[room]
                self._finish(now, timeline, search)

    def answered(self, now: float, asked: Search, chains: list[bytes]) -> None:
        """The server's chains."""
        self._under_way = False
        asked.answer(chains)
        self.send(now)

    def refused(self, now: float, retry_after: float | None) -> None:
        """The server did not answer this time."""
        self._context.set(Timer.SEARCH, now + self._context.put_off(_RETRY_S, retry_after))

    def retry(self, now: float) -> None:
        """Enough time has passed since a refusal."""
        self._under_way = False
        self.send(now)

    def _finish(self, now: float, timeline: Timeline, search: Search) -> None:
        point = search.common or Point(self._restart(timeline), b"")
        if search.common is None or point.seq < search.last:
            self._context.emit(BranchSetAside(timeline.room, point.seq, timeline.applied.seq))
            timeline.rewind(point)
            self.resume(now, timeline.room)
            return
        timeline.expect(point.seq)
        if search.why:
            timeline.stalled = True
            self._context.emit(LogBroken(timeline.room, point.seq, search.why))
        self.resume(now, timeline.room)

    @staticmethod
    def _restart(timeline: Timeline) -> int:
        """Where to begin when nothing held is common: before the base, for that is not common too.

        And not after the new lineage does.
        """
        below, forked_at = timeline.base.seq - 1, timeline.forked_at
        return below if forked_at is None else min(below, forked_at)
