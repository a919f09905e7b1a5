"""What the window is told every moment, and what it is told once."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from zmqchat_gui.bridge import updates as up
from zmqchat_gui.bridge.outlet import Outlet
from zmqchat_gui.bridge.watching import Watching

from zmqchat.client import Chat
from zmqchat.protocol.who import Who


class FakeChat:
    """What `vitals` reads."""

    name, role, waiting, latency, stages, error = "maja", "member", 0, None, None, None

    me = Who(1, "maja")

    def __init__(self) -> None:
        self.retry_in: float | None = None
        self.clock_offset: float | None = 0.0


class FakeOutlet:
    """Keeps what is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def put(self, update: up.Update) -> None:
        self.told.append(update)


def watching(chat: FakeChat) -> tuple[Watching, list[Any]]:
    outlet = FakeOutlet()
    return Watching(cast(Chat, chat), cast(Outlet, outlet)), outlet.told


def test_another_state_is_measured_at_once() -> None:
    async def run() -> None:
        chat = FakeChat()
        watch, told = watching(chat)
        task = asyncio.ensure_future(watch.vitals())
        await asyncio.sleep(0)
        assert [one.retry_in for one in told] == [None]
        chat.retry_in = 4.2
        watch.moved()
        for _ in range(5):  # a few turns of the loop, and not the second that it would sleep
            await asyncio.sleep(0)
        task.cancel()
        assert [one.retry_in for one in told] == [None, 4.2]

    asyncio.run(run())


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (40 * 86_400.0, "40 days behind"),
        (-3 * 3_600.0, "3 hours ahead of"),
        (5_400.0, "90 minutes behind"),
        (-119.0, ""),
    ],
)
def test_a_wrong_clock_is_told_once(offset: float, words: str) -> None:
    async def run() -> None:
        chat = FakeChat()
        chat.clock_offset = offset
        watch, told = watching(chat)
        task = asyncio.ensure_future(watch.vitals())
        for _ in range(20):
            watch.moved()
            await asyncio.sleep(0)
        task.cancel()
        texts = [one.text for one in told if isinstance(one, up.Warned)]
        assert len(texts) == bool(words)
        assert all(words in text for text in texts)

    asyncio.run(run())
