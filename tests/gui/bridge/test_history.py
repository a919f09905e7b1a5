"""Older pages: with something to show, and as far back as is asked."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest
from zmqchat_gui.bridge import history
from zmqchat_gui.bridge.history import older

from tests.gui.fakes import entries, event
from zmqchat.client import Chat, ChatMessage, TimelinePage
from zmqchat.client.messages import posted_of


class Paged:
    """A room with these messages, of whose log a page shows `size` seqs, down to `held`."""

    def __init__(self, *seqs: int, size: int = 10, held: int = 1) -> None:
        self._seqs, self._size, self._held = seqs, size, held
        self.asked: list[tuple[int, int]] = []

    async def page(self, room: str, before: int, limit: int) -> TimelinePage:
        self.asked.append((before, limit))
        first = max(self._held, before - self._size)
        here = [event(seq, "x") for seq in self._seqs if first <= seq < before]
        return TimelinePage(first, before - 1, tuple(entries(*here)))


def read(room: Paged, before: int, back_to: int = 0) -> tuple[int, int, list[int]]:
    page = asyncio.run(older(cast("Chat", room), 1, before, back_to))
    return page.first, page.last, [item.seq for item in page.items]


def test_a_page_is_the_one_before() -> None:
    room = Paged(5, 95)
    assert read(room, 100) == (90, 99, [95])
    assert room.asked == [(100, history.PAGE)]


def test_where_nothing_is_to_be_seen_it_goes_on() -> None:
    assert read(Paged(65), 100) == (60, 99, [65])
    assert read(Paged(), 25) == (1, 24, [])


@pytest.mark.parametrize(("back_to", "first"), [(75, 70), (70, 70), (1, 1)])
def test_a_jump_reads_everything_between(back_to: int, first: int) -> None:
    room = Paged(*range(1, 100))
    assert read(room, 100, back_to) == (first, 99, list(range(first, 100)))


def test_offline_it_ends_where_the_profile_begins() -> None:
    assert read(Paged(45, held=40), 60, 3) == (40, 59, [45])


class Threaded:
    """A room with a thread of so many messages, the first of which began it."""

    def __init__(self, many: int) -> None:
        self._many = many

    async def thread(self, room: str, seq: int, after: int, limit: int) -> list[ChatMessage]:
        seqs = range(max(seq, after + 1), seq + self._many)
        return [posted_of(event(one, "x"), 0) for one in seqs][:limit]


@pytest.mark.parametrize("many", [1, 499, 500, 501, 1_200])
def test_a_thread_is_read_to_its_end(many: int) -> None:
    messages = asyncio.run(history.thread(cast("Chat", Threaded(many)), 1, 7))
    assert [message.seq for message in messages] == list(range(7, 7 + many))


class Endless:
    """What a server has a client believe: each page is full, or empty, and there is always more."""

    def __init__(self, *, same: bool = False) -> None:
        self._same = same
        self.asked = 0

    def _ask(self) -> None:
        self.asked += 1
        assert self.asked <= 20, "it is asked for ever"

    async def page(self, room: str, before: int, limit: int) -> TimelinePage:
        self._ask()
        return TimelinePage(before - 1, before - 1, ())

    async def thread(self, room: str, seq: int, after: int, limit: int) -> list[ChatMessage]:
        self._ask()
        first = seq if self._same else after + 1
        return [posted_of(event(one, "x"), 0) for one in range(first, first + limit)]


def test_no_room_and_no_thread_leads_on_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "_MOST_PAGES", 10)
    asyncio.run(older(cast("Chat", Endless()), 1, 10**9))
    asyncio.run(history.thread(cast("Chat", Endless()), 1, 7))
    again = Endless(same=True)
    asyncio.run(history.thread(cast("Chat", again), 1, 7))
    assert again.asked == 2
