"""Reads one room in order from any seq on: from memory, from the profile, or from the server.

A reader pulls. One that is slow is behind, and nothing waits for it or grows because of it; what
it missed in memory it reads again, page by page, each page checked against the chain.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from zmqchat.client.engine import Engine
from zmqchat.errors import ChatError, Code, Refused
from zmqchat.protocol.events import Event
from zmqchat.protocol.limits import CATCH_UP_EVENTS
from zmqchat.protocol.replies import CaughtUp, CaughtUpAll
from zmqchat.protocol.requests import CatchUp, Span
from zmqchat.protocol.rooms import Head
from zmqchat.sync.timeline import Origin, Point, Timeline, Unlinked

_PAGE = 500
_PATIENCE = 20
_PAUSE_S = 0.25


class Reader:
    """A place in a room's log. `position` is the seq that was read last."""

    def __init__(self, engine: Engine, room: int, since: int | None) -> None:
        self._engine = engine
        self._room = room
        self._feed = engine.feed(room)
        self._rewinds = self._feed.rewinds
        self._older: Timeline | None = None
        self.position = self._applied() if since is None else since

    def _timeline(self) -> Timeline:
        timeline = self._engine.machine.rooms.timelines.get(self._room)
        if timeline is None:
            raise Refused(Code.FORBIDDEN, "You are no longer a member of this room.")
        return timeline

    def _applied(self) -> int:
        return self._timeline().applied.seq

    async def next(self) -> Sequence[Event]:
        """Some of the events that follow `position`, at least one, as soon as there are any.

        Refused(FORBIDDEN) when the user is no longer a member.
        """
        tries = 0
        while True:
            self._engine.check()
            self._follow_rewind()
            events = await self._look(tries)
            if events:
                self.position = events[-1].seq
                return events
            tries += 1

    def _follow_rewind(self) -> None:
        """The log went back: what was read behind that place is not the server's any more."""
        if self._rewinds != self._feed.rewinds:
            self._rewinds = self._feed.rewinds
            self.position = min(self.position, self._feed.rewound_to)
            self._older = None

    async def _look(self, tries: int) -> Sequence[Event]:
        recent = self._feed.after(self.position)
        applied = self._applied()
        if recent:
            return self._joined(recent)
        if self.position >= applied:
            await self._feed.wait()
            return ()
        cached = self._cached(min(_PAGE, applied - self.position))
        return cached or await self._page(tries)

    def _cached(self, limit: int) -> Sequence[Event]:
        cache = self._engine.cache
        return cache.events(self._room, self.position, limit) if cache is not None else ()

    def _joined(self, recent: Sequence[Event]) -> Sequence[Event]:
        """Recent events; where pages were read before, they must lead to them."""
        if self._older is not None and self._older.applied.seq == self.position:
            last = recent[-1]
            head = Head(self._room, last.seq, last.chain, 0)
            self._extend(self._older.applied, recent, head)
        self._older = None
        return recent

    async def _page(self, tries: int) -> Sequence[Event]:
        """A page from the server, which must extend the page before it."""
        before = self._older
        known = before.applied.chain if before and before.applied.seq == self.position else b""
        span = Span(self._room, self.position, known, CATCH_UP_EVENTS)
        reply = await self._engine.call(CatchUp([span]))
        spans = reply.spans if isinstance(reply, CaughtUpAll) else []
        if not spans or spans[0].diverged or not spans[0].events:
            await self._be_patient(tries)
            return ()
        return self._checked(spans[0])

    def _checked(self, caught: CaughtUp) -> Sequence[Event]:
        timeline = self._timeline()
        start = Point(caught.after, caught.chain)
        if self._older is None or self._older.applied.seq != caught.after:
            welcome = self._engine.machine.welcome
            info = self._engine.machine.rooms.infos.get(self._room)
            if welcome is None or info is None:
                return ()
            self._older = Timeline(self._room, welcome.realm, info.lineages, Origin(start))
        new = [event for event in caught.events if event.seq <= timeline.applied.seq]
        return self._extend(start, new, caught.head)

    def _extend(self, start: Point, events: Sequence[Event], head: Head) -> Sequence[Event]:
        assert self._older is not None
        try:
            return self._older.extend(start, events, head)
        except Unlinked as error:
            raise ChatError(
                Code.DIVERGED,
                f"The server's log of this room does not hang together: {error}. What was shown "
                "before is verified; tell whoever runs the server (zmqchat admin verify).",
            ) from None

    async def _be_patient(self, tries: int) -> None:
        """The server has another log than a moment ago; the machine is finding out which."""
        self._older = None
        if tries > _PATIENCE:
            raise ChatError(Code.DIVERGED, "The server does not have the events asked for.")
        await asyncio.sleep(_PAUSE_S)
