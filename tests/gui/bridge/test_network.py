"""The network thread: who works with a profile does so alone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from zmqchat_gui.bridge.network import Network

WAIT_S = 10.0


@pytest.fixture
def network() -> Iterator[Network]:
    network = Network()
    yield network
    network.stop()


def test_whoever_comes_second_waits_for_their_turn(network: Network) -> None:
    order: list[str] = []
    done = threading.Event()

    async def first() -> None:
        async with network.turn("maja"):
            network.run(second)
            network.run(other)
            await _rounds()
            order.append("first")

    async def other() -> None:
        async with network.turn("bo"):
            order.append("other")

    async def second() -> None:
        async with network.turn("maja"):
            order.append("second")
            done.set()

    network.run(first)
    assert done.wait(WAIT_S)
    assert order == ["other", "first", "second"]


async def _rounds() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_what_ends_as_the_network_does_is_no_trouble(network: Network) -> None:
    async def ends_it() -> None:
        network._loop.stop()

    network.run(ends_it)
    network._thread.join(20)
    assert network._loop.is_closed()
