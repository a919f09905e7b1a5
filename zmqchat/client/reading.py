"""What is read from rooms: events as they come, messages as they stand, and what is searched for.

Offline, messages are what the profile holds of them, folded here as the server would.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime

from msgspec.structs import replace

from zmqchat.client import held
from zmqchat.client.cache import Cache
from zmqchat.client.checks import check_seq
from zmqchat.client.engine import Engine
from zmqchat.client.events import ChatEvent, events_of
from zmqchat.client.listing import MOST_PAGES
from zmqchat.client.lookup import Lookup
from zmqchat.client.messages import (
    ChatMessage,
    Detail,
    FoundMessages,
    detail_of,
    message_of,
    page_of,
)
from zmqchat.client.naming import RoomRef, Where, where
from zmqchat.client.pages import TimelinePage, read_page
from zmqchat.client.reader import Reader
from zmqchat.errors import Code, UsageError
from zmqchat.protocol import limits
from zmqchat.protocol.replies import MessageDetail, Messages, SearchResults
from zmqchat.protocol.requests import History, OneMessage, Pins, Search, Thread
from zmqchat.protocol.rooms import RoomInfo
from zmqchat.search.query import with_moments
from zmqchat.sync.effects import State

_PATIENCE_S = 30.0
"""A large index takes minutes to be built: then whoever searches is told, and may ask again."""


class Reading:
    """Rooms' logs and messages, as a member reads them."""

    def __init__(self, engine: Engine, lookup: Lookup) -> None:
        self._engine = engine
        self._lookup = lookup

    async def events(
        self, room: RoomRef, since: int | None = None
    ) -> AsyncGenerator[ChatEvent, None]:
        """The room's events with seq > `since`, in order and without holes, then live ones.

        Without `since`, what comes from now on. A reader that is slow slows itself only.
        Refused(FORBIDDEN) when the user is no longer a member. After a rollback of the server
        (a notice says so) the events of the server's log follow from where it went back to.
        """
        async with aclosing(self.batches(room, since)) as batches:
            async for batch in batches:
                for event in batch:
                    yield event

    async def batches(
        self, room: RoomRef, since: int | None = None
    ) -> AsyncGenerator[list[ChatEvent], None]:
        """`events`, in lists of what is there together: 1 to 2,000 events each.

        For programs that do something once for many events, such as showing them. After a
        rollback a batch begins with a seq that is not above the one before it, and never within.
        """
        check_seq(since)
        if not self._engine.listens:
            raise UsageError("this chat was opened with listen=False and hears no events")
        info = await self._lookup.room(room)
        reader = Reader(self._engine, info.room, since)
        while True:
            events = await reader.next()
            now = self._engine.machine.rooms.infos.get(info.room, info)  # it may be renamed
            yield events_of(where(now), events)

    # ── messages ─────────────────────────────────────────────────────────────────────────────────

    async def history(
        self, room: RoomRef, before: int | None = None, limit: int = 50
    ) -> list[ChatMessage]:
        """Up to `limit` messages with a seq below `before` (None: the newest), oldest first.

        Offline it is what the profile holds.
        """
        check_seq(before)
        info = await self._lookup.room(room, offline=True)
        if (cache := self._offline()) is not None:
            return held.history(cache, info, before, limit)

        messages, _ = await self._history(info, before, limit)
        return messages

    async def page(self, room: RoomRef, before: int | None = None, limit: int = 50) -> TimelinePage:
        """`history`, and what else happened to the room among the messages: who came and went,
        what it was called. Where that is very much, the page begins later and has fewer messages.

        The page before it is the one `before` its `first`; events with a seq above `last` follow.
        """
        check_seq(before)
        info = await self._lookup.room(room, offline=True)
        if (cache := self._offline()) is not None:
            messages, first, last = held.span(cache, info, before, limit)
            return await read_page(info, messages, first, last, cache, None)
        messages, reply = await self._history(info, before, limit)
        first = messages[0].seq if messages and reply.more else 1
        newest = messages[-1].as_of if messages else reply.seq
        last = newest if before is None else before - 1
        return await read_page(info, messages, first, last, self._engine.cache, self._engine)

    async def _history(
        self, info: RoomInfo, before: int | None, limit: int
    ) -> tuple[list[ChatMessage], Messages]:
        """The messages, and the reply that brought the oldest of them."""

        async def page(so_far: list[ChatMessage], want: int) -> Messages:
            oldest = so_far[0].seq if so_far else before
            return await self._messages(History(info.room, oldest, want))

        return await _paged(where(info), page, limit, upwards=False)

    async def thread(
        self, room: RoomRef, seq: int, after: int = 0, limit: int = 50
    ) -> list[ChatMessage]:
        """The thread that the message at `seq` is in: its root, then replies with seq > `after`.

        Oldest first, up to `limit`; offline what the profile holds.
        """
        check_seq(seq)
        check_seq(after)
        info = await self._lookup.room(room, offline=True)
        if (cache := self._offline()) is not None:
            return held.thread(cache, info, seq, after)[:limit]

        async def page(so_far: list[ChatMessage], want: int) -> Messages:
            newest = so_far[-1].seq if so_far else after
            return await self._messages(Thread(info.room, seq, newest, want))

        messages, _ = await _paged(where(info), page, limit, upwards=True)
        return messages

    async def message(self, room: RoomRef, seq: int) -> Detail:
        """One message with its edits; Refused(NOT_FOUND) where there is none."""
        check_seq(seq)
        info = await self._lookup.room(room, offline=True)
        if (cache := self._offline()) is not None:
            return held.message(cache, info, seq)
        reply = await self._detail(OneMessage(info.room, seq))
        edits = reply.edits
        before = edits[-1].seq + 1 if edits else 0
        for _ in range(MOST_PAGES):
            if not reply.more or not reply.edits or reply.edits[0].seq >= before:
                break
            before = reply.edits[0].seq
            reply = await self._detail(OneMessage(info.room, seq, before))
            edits = [*reply.edits, *edits]
        return detail_of(where(info), replace(reply, edits=edits))

    async def _detail(self, request: OneMessage) -> MessageDetail:
        reply = await self._engine.call(request)
        assert isinstance(reply, MessageDetail)
        return reply

    async def pins(self, room: RoomRef) -> list[ChatMessage]:
        """The pinned messages, oldest first."""
        info = await self._lookup.room(room)

        async def page(so_far: list[ChatMessage], _want: int) -> Messages:
            oldest = so_far[0].seq if so_far else None
            return await self._messages(Pins(info.room, oldest))

        messages, _ = await _paged(where(info), page, limits.PINS_PER_ROOM, upwards=False)
        return messages

    async def _messages(self, request: History | Thread | Pins) -> Messages:
        reply = await self._engine.call(request)
        assert isinstance(reply, Messages)
        return reply

    def _offline(self) -> Cache | None:
        """The profile, while there is no server to ask."""
        connected = self._engine.machine.state not in {State.OFFLINE, State.CONNECTING}
        return None if connected else self._engine.cache

    # ── search ───────────────────────────────────────────────────────────────────────────────────

    async def search(
        self, query: str, room: RoomRef | None = None, limit: int = 20
    ) -> FoundMessages:
        """Up to `limit` messages that match, newest first, in `room` or wherever one may read.

        All words must be there, each also as a part of a word; `"several words"` as they stand.
        Filters: `from:NAME`, `in:ROOM`, `before:DATE`, `after:DATE`, `has:link`. A date is a day in
        this computer's time zone. Its `behind` says how much the server could not look at yet.
        """
        messages = FoundMessages()
        async with aclosing(self._found(query, room, limit)) as pages:
            async for page in pages:
                messages += page
                messages.behind = max(messages.behind, page.behind)
                if len(messages) >= limit:
                    break
        del messages[limit:]
        return messages

    async def found(
        self, query: str, room: RoomRef | None = None
    ) -> AsyncGenerator[FoundMessages, None]:
        """`search` to its end, page by page, for as long as somebody asks for the next."""
        async with aclosing(self._found(query, room, 50)) as pages:
            async for page in pages:
                yield page

    async def _found(
        self, query: str, room: RoomRef | None, limit: int
    ) -> AsyncGenerator[FoundMessages, None]:
        query = with_moments(query, _here)
        if len(query) > limits.SEARCH_CHARACTERS:
            raise UsageError(
                f"a search has at most {limits.SEARCH_CHARACTERS} characters, of which a date "
                "takes 20; nothing was searched",
                Code.TOO_LARGE,
            )
        number = (await self._lookup.room(room)).room if room is not None else None
        before, want = b"", max(1, min(limit, limits.SEARCH_RESULTS))
        for _ in range(MOST_PAGES):
            reply = await self._engine.call(Search(query, number, before, want), _PATIENCE_S)
            assert isinstance(reply, SearchResults)
            page = FoundMessages(
                message_of(self._lookup.where(f.room), f.message, f.message.event.seq)
                for f in reply.found
            )
            page.behind = reply.behind
            yield page
            if not reply.next or (before and reply.next >= before):
                return
            before = reply.next


def _here(when: datetime) -> datetime:
    """A time in this computer's zone, as it is (or was) in force then."""
    try:
        return when.astimezone()
    except (OverflowError, OSError, ValueError):  # beyond what the system knows of: year 1
        return when.replace(tzinfo=UTC)


async def _paged(
    place: Where,
    page: Callable[[list[ChatMessage], int], Awaitable[Messages]],
    limit: int,
    *,
    upwards: bool,
) -> tuple[list[ChatMessage], Messages]:
    """As many messages as are wanted, oldest first, and the last reply.

    `page` gets the messages so far, and how many more are wanted.
    """
    messages: list[ChatMessage] = []
    while True:
        want = max(1, limit - len(messages))
        reply = await page(messages, min(limits.HISTORY_MESSAGES, want))
        new = page_of(place, reply)
        if messages and new and not _leads_on(messages, new, upwards=upwards):
            return messages, reply
        messages = [*messages, *new] if upwards else [*new, *messages]
        if not new or not reply.more or len(messages) >= limit:
            return messages, reply


def _leads_on(messages: list[ChatMessage], new: list[ChatMessage], *, upwards: bool) -> bool:
    """Whether a page goes on where the messages before it end: a server may lead in a circle."""
    if upwards:
        return new[0].seq > messages[-1].seq
    return new[-1].seq < messages[0].seq
