"""Pages: all of them, in order; and a server that would lead on for ever is not followed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from tests.client.samples import info, log
from zmqchat.client import listing, pages, reading
from zmqchat.client.reading import Reading
from zmqchat.protocol.events import Event
from zmqchat.protocol.people import Person
from zmqchat.protocol.replies import (
    CaughtUp,
    CaughtUpAll,
    InviteList,
    Message,
    MessageDetail,
    Messages,
    People,
    ReplyBody,
    SearchResults,
)
from zmqchat.protocol.requests import Invites, Members, OneMessage, RequestBody, Thread
from zmqchat.protocol.rooms import Head
from zmqchat.sync.effects import State

ANSWERS = 20
"""As many as a hostile server gives before the test says that it is asked for ever."""


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_PAGES", 10)
    monkeypatch.setattr(reading, "MOST_PAGES", 10)


class Hostile:
    """An engine whose server answers so; what was asked is counted."""

    def __init__(self, answer: Callable[[Any], ReplyBody]) -> None:
        self._answer = answer
        self.machine = SimpleNamespace(state=State.LIVE)
        self.cache = None
        self.asked = 0

    async def call(self, body: RequestBody, _patience_s: float = 0.0) -> ReplyBody:
        self.asked += 1
        assert self.asked <= ANSWERS, "it is asked for ever"
        return self._answer(body)


def _reading(engine: Hostile) -> Reading:
    class Lookup:
        async def room(self, _room: object, *, offline: bool = False) -> object:
            return info([], 0)

    return Reading(engine, Lookup())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("told", "asked"),
    [([5, 9, 0], 3), ([5, 5], 2), ([5, 9, 5], 3), ([5, 9, 8], 3), ([-1], 1)],
)
def test_rising_lists_are_read_to_their_end_and_never_backwards(
    told: list[int], asked: int
) -> None:
    left = iter(told)
    engine = Hostile(lambda _: People([], next(left)))
    assert asyncio.run(listing.whole(engine.call, _members, People, _people)) == []
    assert engine.asked == asked


@pytest.mark.parametrize(("told", "asked"), [([9, 5, 0], 3), ([9, 9], 2), ([9, 10], 2)])
def test_falling_lists_too(told: list[int], asked: int) -> None:
    left = iter(told)
    engine = Hostile(lambda _: InviteList([], next(left)))
    lines = asyncio.run(
        listing.whole(engine.call, Invites, InviteList, lambda page: page.invites, falling=True)
    )
    assert (lines, engine.asked) == ([], asked)


def test_a_list_that_leads_on_and_on_ends() -> None:
    engine = Hostile(lambda request: People([], request.after + 1))
    asyncio.run(listing.whole(engine.call, _members, People, _people))
    assert engine.asked == 10


def _members(after: int) -> Members:
    return Members(None, after)


def _people(page: People) -> list[Person]:
    return page.people


# ── messages ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("first", "step", "asked"), [(50, 0, 2), (50, 1, 2), (900, -1, 11)])
def test_the_edits_of_a_message_lead_back_and_end(first: int, step: int, asked: int) -> None:
    """The same page again, newer ones, and ever older ones."""
    engine = Hostile(
        lambda _: MessageDetail(1, 999, _message(1), [_event(first + step * engine.asked)], True)
    )
    assert asyncio.run(_reading(engine).message("general", 1)).edits
    assert engine.asked == asked


def test_all_edits_of_an_honest_server_are_read() -> None:
    def answer(request: OneMessage) -> ReplyBody:
        newest = min(request.before or 99, 6) - 1
        return MessageDetail(1, 9, _message(1), [_event(newest)], newest > 2)

    detail = asyncio.run(_reading(Hostile(answer)).message("general", 1))
    assert [edit.seq for edit in detail.edits] == [2, 3, 4, 5]


@pytest.mark.parametrize("way", ["history", "thread"])
def test_a_page_of_messages_that_comes_again_ends_them(way: str) -> None:
    engine = Hostile(lambda _: Messages(1, 999, [_message(7)], True))
    read = _reading(engine)
    coming = read.history("general", 99, 50) if way == "history" else read.thread("general", 7)
    assert [message.seq for message in asyncio.run(coming)] == [7]
    assert engine.asked == 2


def test_a_thread_of_an_honest_server_is_read_on() -> None:
    def answer(request: Thread) -> ReplyBody:
        return Messages(1, 9, [_message(request.after + 1)], request.after < 4)

    found = asyncio.run(_reading(Hostile(answer)).thread("general", 1))
    assert [message.seq for message in found] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(("step", "asked"), [(0, 2), (1, 2), (-1, 10)])
def test_a_search_that_finds_nothing_on_and_on_ends(step: int, asked: int) -> None:
    engine = Hostile(lambda _: SearchResults([], (1_000 + step * engine.asked).to_bytes(8, "big")))
    assert asyncio.run(_reading(engine).search("word")) == []
    assert engine.asked == asked


def test_what_was_not_asked_for_fills_no_gap() -> None:
    events = log("one", "two")
    span = CaughtUp(1, 500, b"", events, Head(1, 502, b"", 0))
    engine: Any = Hostile(lambda _: CaughtUpAll([span]))
    asyncio.run(pages.read_page(info([], 0), [], 1, 10, None, engine))
    assert engine.asked == 1


def _event(seq: int) -> Event:
    (event,) = log("text")
    return replace(event, seq=seq)


def _message(seq: int) -> Message:
    return Message(_event(seq))
