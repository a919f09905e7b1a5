"""Batches: at most 256 events, never long, and readers wait while nobody takes them."""

from __future__ import annotations

import asyncio

from zmqchat_gui.bridge.outlet import MOST_EVENTS, MOST_UNTAKEN, Batch, Outlet, events_in
from zmqchat_gui.bridge.updates import Arrived, StateChanged

from tests.gui.fakes import at, event


def test_events_of_a_room_in_a_row_are_one_update() -> None:
    async def scenario() -> list[Batch]:
        batches: list[Batch] = []
        outlet = Outlet(batches.append)
        for seq in (1, 2):
            outlet.event(at("a").id, event(seq))
        outlet.put(StateChanged("live"))
        outlet.event(at("a").id, event(3))
        outlet.event(at("b").id, event(1))
        outlet.flush()
        return batches

    assert asyncio.run(scenario()) == [
        [
            Arrived(at("a").id, [event(1), event(2)]),
            StateChanged("live"),
            Arrived(at("a").id, [event(3)]),
            Arrived(at("b").id, [event(1)]),
        ]
    ]


def test_a_full_batch_goes_at_once_and_the_rest_soon() -> None:
    async def scenario() -> list[int]:
        sizes: list[int] = []
        outlet = Outlet(lambda batch: sizes.append(events_in(batch)))
        for seq in range(MOST_EVENTS + 10):
            outlet.event(at("a").id, event(seq))
        assert sizes == [MOST_EVENTS]
        async with asyncio.timeout(10):
            while len(sizes) < 2:
                await asyncio.sleep(0)
        return sizes

    assert asyncio.run(scenario()) == [MOST_EVENTS, 10]


def test_a_reader_waits_until_the_window_took_some() -> None:
    async def scenario() -> None:
        outlet = Outlet(lambda _batch: None)
        for seq in range(MOST_UNTAKEN):
            outlet.event(at("a").id, event(seq))
        waiting = asyncio.create_task(outlet.room())
        for _ in range(5):
            await asyncio.sleep(0)
        assert not waiting.done()
        outlet.taken(1)
        async with asyncio.timeout(10):
            await waiting
        outlet.flush()

    asyncio.run(scenario())
