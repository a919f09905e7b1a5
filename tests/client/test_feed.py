"""The tail in memory: bounded, without holes, and honest about what it does not have."""

from __future__ import annotations

import asyncio

from tests.client.samples import log
from zmqchat.client.feed import Feed

LOG = log(*(f"message {number}" for number in range(20)))


def test_what_follows_is_given_and_what_is_missing_is_not() -> None:
    feed = Feed(10**6)
    assert feed.after(0) == []
    feed.add(LOG[5:8])
    assert feed.after(5) == LOG[5:8]
    assert feed.after(6) == LOG[6:8]
    assert feed.after(4) == []
    assert feed.after(8) == []


def test_it_is_bounded() -> None:
    feed = Feed(1000)
    feed.add(LOG)
    kept = feed.after(19)
    assert kept == LOG[19:]
    assert feed.after(0) == []


def test_going_back_is_told() -> None:
    feed = Feed(10**6)
    feed.add(LOG)
    feed.rewind(7)
    assert (feed.rewinds, feed.rewound_to, feed.after(10)) == (1, 7, [])


def test_who_waits_is_woken() -> None:
    async def run() -> None:
        feed = Feed(10**6)
        waiting = [asyncio.create_task(feed.wait()) for _ in range(3)]
        await asyncio.sleep(0)
        feed.add(LOG[:1])
        await asyncio.wait_for(asyncio.gather(*waiting), 5)

    asyncio.run(run())
