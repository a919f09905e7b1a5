"""The tail in memory: bounded, without holes, and honest about what it does not have."""

from __future__ import annotations

import asyncio

import pytest

from tests.client.samples import log
from zmqchat.client.feed import Feed
from zmqchat.protocol.events import Event

LOG = log(*(f"message {number}" for number in range(20)))
LONG = log(*(f"message {number}" for number in range(200)))


def test_what_follows_is_given_and_what_is_missing_is_not() -> None:
    feed = Feed(10**6)
    assert not feed.after(0)
    feed.add(LOG[5:8])
    assert list(feed.after(5)) == LOG[5:8]
    assert list(feed.after(6)) == LOG[6:8]
    assert not feed.after(4)
    assert not feed.after(8)


@pytest.mark.parametrize("run", [1, 3, 70, 150])
def test_whatever_runs_it_came_in_all_is_read_from_any_place(run: int) -> None:
    feed = Feed(10**6)
    for first in range(0, len(LONG), run):
        feed.add(LONG[first : first + run])
    for since in (0, 1, 63, 64, 65, 149, 198):
        assert read(feed, since) == LONG[since:]


@pytest.mark.parametrize("run", [1, 3, 70, 150])
def test_the_newest_stay_and_are_whole(run: int) -> None:
    feed = Feed(30_000)
    for first in range(0, len(LONG), run):
        feed.add(LONG[first : first + run])
        kept = next(n for n in range(len(LONG)) if feed.after(n))
        assert read(feed, kept) == LONG[kept : first + run]
    assert 30 <= len(read(feed, kept)) <= 150


def read(feed: Feed, since: int) -> list[Event]:
    events: list[Event] = []
    while run := feed.after(since):
        events += run
        since = events[-1].seq
    return events


def test_it_is_bounded() -> None:
    feed = Feed(1000)
    feed.add(LOG)
    assert list(feed.after(19)) == LOG[19:]
    assert not feed.after(0)


def test_going_back_is_told() -> None:
    feed = Feed(10**6)
    feed.add(LOG)
    feed.rewind(7)
    assert (feed.rewinds, feed.rewound_to, feed.after(10)) == (1, 7, ())


def test_who_waits_is_woken() -> None:
    async def run() -> None:
        feed = Feed(10**6)
        waiting = [asyncio.create_task(feed.wait()) for _ in range(3)]
        await asyncio.sleep(0)
        feed.add(LOG[:1])
        await asyncio.wait_for(asyncio.gather(*waiting), 5)

    asyncio.run(run())
