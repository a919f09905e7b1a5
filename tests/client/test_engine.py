"""A client whose server is away: it says when it tries again, and need not wait for that."""

from __future__ import annotations

import asyncio

import zmqchat
from tests.support.realm import Realm
from tests.support.waiting import eventually_async
from zmqchat.sync.effects import State


def test_who_does_not_want_to_wait_need_not(realm: Realm) -> None:
    async def run() -> None:
        async with zmqchat.connect(realm.link, "alice") as chat:
            assert chat.retry_in is None
            realm.stop()
            await eventually_async(lambda: (chat.retry_in or 0.0) > 1.0)
            states = [chat.state]
            chat.reconnect_now()
            assert chat.retry_in is None
            assert [*states, chat.state] == [State.OFFLINE, State.CONNECTING]
            posted = await chat.post("general", "while nobody is there")
            await eventually_async(lambda: (chat.retry_in or 0.0) > 0.0)
            realm.start()
            chat.reconnect_now()
            assert (await posted).text == "while nobody is there"
            chat.reconnect_now()  # does no harm
            await chat.send("general", "and again")

    asyncio.run(run())
