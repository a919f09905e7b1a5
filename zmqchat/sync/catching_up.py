"""Catch-up: many rooms in one request, one request at a time, jittered, backing off."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping

from zmqchat.protocol.limits import CATCH_UP_EVENTS, ROOMS_PER_CATCH_UP
from zmqchat.protocol.replies import CaughtUp
from zmqchat.protocol.requests import CatchUp, Span
from zmqchat.sync.context import Context, Purpose, Timer
from zmqchat.sync.timeline import Point, Timeline, Unlinked

GRACE_S = 0.15
"""How long a live frame may still be under way before a hole is asked about."""

_BACKOFF_S = 0.25
_LONGEST_S = 5.0


class CatchUps:
    """Asks for what the timelines miss, for as long as one of them is behind.

    `extended` takes a timeline that was extended and the catch-up's new events, `diverged` one
    whose log is not the server's, with what was wrong.
    """

    def __init__(
        self,
        context: Context,
        timelines: dict[int, Timeline],
        searching: Container[int],
        extended: Callable[[float, Timeline, CaughtUp, Point], bool],
        diverged: Callable[[float, Timeline, str], None],
    ) -> None:
        self._context = context
        self._timelines = timelines
        self._searching = searching
        self._extended = extended
        self._diverged = diverged
        self._open = False
        self._under_way = False
        self._fruitless = 0
        self._not_before = 0.0

    def begin(self) -> None:
        """A session is open. What the last one was told of when to ask holds for this one, too."""
        self._open, self._under_way, self._fruitless = True, False, 0

    def end(self) -> None:
        """The session is gone."""
        self._open = self._under_way = False
        self._context.clear(Timer.CATCH_UP)

    def want(self, now: float, wait: float = 0.0) -> None:
        """Catch up after `wait` seconds, if then there is still something to catch up with."""
        if self._open and not self._under_way:
            at = max(now + self._context.spread(wait), self._not_before)
            self._context.sooner(Timer.CATCH_UP, at)

    def send(self, now: float) -> None:
        """Ask for everything that is behind now, as far as one request reaches."""
        if not self._open or self._under_way:
            return
        asked = {t.room: t.applied for t in self._behind()}
        if not asked:
            return
        asked = dict(list(asked.items())[:ROOMS_PER_CATCH_UP])
        spans = [Span(room, p.seq, p.chain, CATCH_UP_EVENTS) for room, p in asked.items()]
        self._under_way = True
        self._context.clear(Timer.CATCH_UP)
        self._context.ask(now, Purpose.CATCH_UP, CatchUp(spans), asked)

    def _behind(self) -> Iterable[Timeline]:
        for timeline in self._timelines.values():
            if timeline.behind and timeline.room not in self._searching:
                yield timeline

    def answered(self, now: float, asked: Mapping[int, Point], spans: list[CaughtUp]) -> None:
        """The reply to a catch-up: apply it, and ask on while something is missing."""
        self._under_way = False
        fruits = [self._span(now, asked, span) for span in spans]
        self._fruitless = 0 if any(fruits) else self._fruitless + 1
        if any(True for _ in self._behind()):
            self.want(now, self._wait())

    def refused(self, now: float, retry_after: float | None) -> None:
        """The server did not answer this time."""
        self._under_way = False
        self._fruitless += 1
        self._not_before = now + self._context.put_off(self._wait(), retry_after)
        self.want(now)

    def _wait(self) -> float:
        if not self._fruitless:
            return 0.0
        return float(min(_LONGEST_S, _BACKOFF_S * 2 ** min(self._fruitless, 8)))

    def _span(self, now: float, asked: Mapping[int, Point], span: CaughtUp) -> bool:
        """Apply one room's part; whether it brought anything."""
        timeline, point = self._timelines.get(span.room), asked.get(span.room)
        if timeline is None or point is None or span.room in self._searching:
            return False
        if span.after != point.seq or timeline.applied.seq < point.seq:
            return False
        self._timelines[span.room] = self._timelines.pop(span.room)  # the others come first now
        if span.diverged and timeline.anchored:
            self._diverged(now, timeline, f"the server denies the chain at {point.seq}")
            return True
        try:
            return self._extended(now, timeline, span, Point(span.after, span.chain))
        except Unlinked as error:
            self._diverged(now, timeline, str(error))
            return True
