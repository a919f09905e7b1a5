"""Pages of a room as it is shown: messages as they stand, and what else happened among them.

The messages of a page say where there are gaps between them, which hold what happened to messages
(folded in already) and to the room (shown in its place). Only the gaps are read as events: from the
profile where it has them, else from the server.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from zmqchat.client.cache import Cache
from zmqchat.client.changes import CHANGES
from zmqchat.client.engine import Engine
from zmqchat.client.events import ChatEvent, events_of
from zmqchat.client.messages import ChatMessage
from zmqchat.client.naming import where
from zmqchat.protocol.events import Event
from zmqchat.protocol.limits import ROOMS_PER_CATCH_UP
from zmqchat.protocol.replies import CaughtUpAll
from zmqchat.protocol.requests import CatchUp, Span
from zmqchat.protocol.rooms import RoomInfo

MOST_BETWEEN = 500
"""Events between the messages of a page; a page with more of them begins later."""


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """What a room shows of its log from the seq `first` to `last`, in order and without a hole.

    Messages have everything folded in that happened to them; the events are all others.
    """

    first: int
    last: int
    items: tuple[ChatMessage | ChatEvent, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is older."""
        return self.first <= 1

    def after(self, older: TimelinePage) -> TimelinePage:
        """Both as one; `older` ends where this one begins."""
        return TimelinePage(older.first, self.last, older.items + self.items)


class Gap(NamedTuple):
    """Seqs without a message, both ends included."""

    first: int
    last: int

    @property
    def size(self) -> int:
        """How many there are."""
        return self.last - self.first + 1


def gaps(seqs: Sequence[int], first: int, last: int, most: int) -> list[Gap]:
    """Where `seqs` (ascending) have none from `first` to `last`: the newest, `most` seqs in all.

    The newest gap comes first; the oldest is cut where there would be more.
    """
    found: list[Gap] = []
    above = last + 1
    for seq in [*reversed(seqs), first - 1]:
        gap = Gap(seq + 1, above - 1)
        if gap.size > 0:
            gap = Gap(max(gap.first, gap.last - most + 1), gap.last)
            found.append(gap)
            most -= gap.size
            if most == 0:
                break
        above = seq
    return found


async def read_page(
    info: RoomInfo,
    messages: Sequence[ChatMessage],
    first: int,
    last: int,
    cache: Cache | None,
    engine: Engine | None,
) -> TimelinePage:
    """The page from `first` to `last`, of which these are all messages.

    Where there is no `engine` to ask a server with, it has what the profile holds.
    """
    wanted = gaps([message.seq for message in messages], first, last, MOST_BETWEEN)
    if sum(gap.size for gap in wanted) == MOST_BETWEEN:
        first = wanted[-1].first
    between, missing = _held(cache, info.room, wanted)
    if engine is not None:
        between += await _asked(engine, info.room, missing)
    happened = events_of(where(info), [event for event in between if event.type not in CHANGES])
    items: list[ChatMessage | ChatEvent] = [*messages, *happened]
    items.sort(key=lambda item: item.seq)
    return TimelinePage(first, last, tuple(item for item in items if item.seq >= first))


def _held(
    cache: Cache | None, room: int, wanted: Sequence[Gap]
) -> tuple[list[Event], Sequence[Gap]]:
    """What the profile has of the gaps, and what it has not."""
    if cache is None:
        return [], wanted
    found = [cache.events(room, gap.first - 1, gap.size) for gap in wanted]
    rest = [Gap(gap.first + len(held), gap.last) for gap, held in zip(wanted, found, strict=True)]
    return [event for held in found for event in held], [gap for gap in rest if gap.size > 0]


async def _asked(engine: Engine, room: int, missing: Sequence[Gap]) -> list[Event]:
    """What the server has of the gaps."""
    found: list[Event] = []
    while missing:
        asked = missing[:ROOMS_PER_CATCH_UP]
        spans = [Span(room, gap.first - 1, b"", gap.size) for gap in asked]
        reply = await engine.call(CatchUp(spans))
        came = reply.spans if isinstance(reply, CaughtUpAll) else []
        found += [event for span in came for event in span.events]
        missing = _left(missing, {span.after: len(span.events) for span in came})
    return found


def _left(missing: Sequence[Gap], came: dict[int, int]) -> list[Gap]:
    """What a reply that was full left out; nothing where the server has no such events."""
    got = [came.get(gap.first - 1, 0) for gap in missing]
    if not any(got):  # nothing, or nothing that was asked for
        return []
    rest = [Gap(gap.first + many, gap.last) for gap, many in zip(missing, got, strict=True)]
    return [gap for gap in rest if gap.size > 0]
