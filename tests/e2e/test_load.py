"""The load tests that this project grew from, through the SDK: all, in order, to everybody."""

from __future__ import annotations

import asyncio
import random
from contextlib import AbstractAsyncContextManager

import pytest

import zmqchat
from tests.support.realm import Realm
from zmqchat.client import Chat, ChatEvent

CLIENTS = 5


def _messages(client: int, count: int, smallest: int, largest: int) -> list[str]:
    chance = random.Random(client)
    return [
        f"{client}/{number} ".ljust(chance.randint(smallest, largest), "x")
        for number in range(count)
    ]


async def _send(chat: Chat, texts: list[str]) -> list[ChatEvent]:
    return [event async for event in chat.send_many("general", texts)]


async def _receive(chat: Chat, count: int) -> list[ChatEvent]:
    received: list[ChatEvent] = []
    async for event in chat.events("general", since=0):
        if event.type == "posted":
            received.append(event)
            if len(received) == count:
                break
    return received


async def _run(link: str, count: int, smallest: int, largest: int) -> None:
    texts = {f"client{n}": _messages(n, count, smallest, largest) for n in range(CLIENTS)}
    async with asyncio.timeout(240), asyncio.TaskGroup() as group:
        receivers = []
        for name, own in texts.items():
            chat_context = zmqchat.connect(link, name, ephemeral=True)
            receivers.append(group.create_task(_one(chat_context, own, CLIENTS * count)))
    logs = [receiver.result() for receiver in receivers]
    for log in logs:
        assert [event.seq for event in log] == sorted({event.seq for event in log})
        for name, own in texts.items():
            assert [event.text for event in log if event.sender == name] == own
    assert all(log == logs[0] for log in logs)


async def _one(
    context: AbstractAsyncContextManager[Chat], own: list[str], total: int
) -> list[ChatEvent]:
    async with context as chat:
        sent, received = await asyncio.gather(_send(chat, own), _receive(chat, total))
        assert len(sent) == len(own)
        return received


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("count", "smallest", "largest"), [(200, 10_000, 20_000), (300, 30_000, 50_000)]
)
def test_everybody_gets_everything_in_order(
    realm: Realm, count: int, smallest: int, largest: int
) -> None:
    asyncio.run(_run(realm.link, count, smallest, largest))
