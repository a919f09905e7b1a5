"""Whatever a room's log, and however it is cut into pages: together they are the log, folded."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.client.samples import GENERAL, info, log
from zmqchat.client import ChatEvent, ChatMessage, Folding, TimelinePage, pages
from zmqchat.client.changes import CHANGES
from zmqchat.client.engine import Engine
from zmqchat.client.events import events_of
from zmqchat.client.lookup import Lookup
from zmqchat.client.reading import Reading
from zmqchat.protocol.events import (
    Body,
    Described,
    Edited,
    Event,
    Joined,
    Left,
    Pinned,
    Posted,
    Reacted,
    Redacted,
    Unreacted,
)
from zmqchat.protocol.replies import CaughtUp, CaughtUpAll, Message, Messages, ReplyBody
from zmqchat.protocol.requests import CatchUp, History, RequestBody
from zmqchat.protocol.rooms import Head, RoomInfo
from zmqchat.sync.effects import State

targets = st.integers(1, 12)
bodies: st.SearchStrategy[Body] = st.one_of(
    st.builds(Posted, st.sampled_from(["hello", "you"]), st.none()),
    st.builds(Joined, st.just(2), st.just("bob")),
    st.builds(Left, st.just(2), st.just("bob")),
    st.builds(Described, st.just("pictures")),
    st.builds(Edited, targets, st.sampled_from(["other", "again"])),
    st.builds(Redacted, targets),
    st.builds(Reacted, targets, st.just("👍")),
    st.builds(Unreacted, targets, st.just("👍")),
    st.builds(Pinned, targets),
)


def folded(events: Sequence[Event]) -> dict[int, ChatMessage]:
    folding = Folding()
    folding.apply(events_of(GENERAL, events))
    return folding.messages


class Server:
    """Answers for one room; a reply to a catch-up has `most` events at most, in all its spans."""

    def __init__(self, events: list[Event], most: int) -> None:
        self.events, self.most = events, most
        self.cache = None
        self.machine = SimpleNamespace(state=State.LIVE)

    async def call(self, body: RequestBody) -> ReplyBody:
        match body:
            case History(_, before, limit):
                below = len(self.events) + 1 if before is None else before
                found = [e for e in self.events if e.type == "posted" and e.seq < below]
                page = [self._message(event) for event in found[-limit:]]
                return Messages(1, len(self.events), page, len(found) > len(page))
            case CatchUp(spans):
                left, came = self.most, []
                for span in spans:
                    some = self.events[span.after : span.after + min(span.limit, left)]
                    left -= len(some)
                    came.append(CaughtUp(1, span.after, b"", some, Head(1, 0, b"", 0)))
                    if left == 0:
                        break
                return CaughtUpAll(came)
        raise AssertionError(body)

    def _message(self, event: Event) -> Message:
        """With its newest text and its pin; the rest of folding has its tests elsewhere."""
        message = folded(self.events)[event.seq]
        if message.redacted:
            event = msgspec.structs.replace(event, body=b"", salt=b"")
        return Message(event, None, message.text, pinned=message.pinned)


async def backwards(server: Server, limits: list[int]) -> list[TimelinePage]:
    async def room(_name: str, offline: bool = False) -> RoomInfo:
        return info(server.events, len(server.events))

    reading = Reading(cast(Engine, server), cast(Lookup, SimpleNamespace(room=room)))
    found = [await reading.page("general", limit=limits[0])]
    while not found[-1].whole:
        limit = limits[len(found) % len(limits)]
        older = await reading.page("general", before=found[-1].first, limit=limit)
        assert older.last == found[-1].first - 1
        assert older.first <= older.last, "every page goes on"
        found.append(older)
    return found


def line(item: ChatMessage | ChatEvent) -> tuple[Any, ...]:
    if isinstance(item, ChatMessage):
        return item.seq, "posted", item.text, item.pinned
    return item.seq, item.type


@settings(max_examples=150)
@given(
    st.lists(bodies, min_size=1, max_size=40),
    st.lists(st.integers(1, 7), min_size=1, max_size=4),
    st.integers(1, 12),
    st.integers(1, 9),
)
def test_pages_together_are_the_log_folded(
    given: list[Body], limits: list[int], between: int, most: int
) -> None:
    events = log(*given)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pages, "MOST_BETWEEN", between)
        found = asyncio.run(backwards(Server(events, most), limits))
    assert (found[-1].first, found[0].last) == (1, len(events))
    messages = folded(events)
    expected = [
        line(messages[event.seq]) if event.type == "posted" else (event.seq, event.type)
        for event in events
        if event.type not in CHANGES
    ]
    together = found[0]
    for older in found[1:]:
        together = together.after(older)
    assert list(map(line, together.items)) == expected
    assert together.whole
