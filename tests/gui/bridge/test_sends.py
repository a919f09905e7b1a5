"""Sends on the network thread: in their order, once each, and what became of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, cast

from zmqchat_gui.bridge import updates as up
from zmqchat_gui.bridge.outlet import Outlet
from zmqchat_gui.bridge.sends import Sends

from tests.gui.fakes import at, who
from zmqchat.client import Chat, ChatEvent, unsent
from zmqchat.errors import ChatError, Code


class FakeChat:
    """An outbox whose acknowledgements a test gives."""

    def __init__(self, *resumed: ChatEvent) -> None:
        loop = asyncio.get_running_loop()
        self.error: ChatError | None = None
        self.full: ChatError | None = None
        self.outbox = {event.id: loop.create_future() for event in resumed}
        self.resumed = [(event, self.outbox[event.id]) for event in resumed]
        self.submitted: list[ChatEvent] = []

    async def submit(self, event: ChatEvent) -> asyncio.Future[ChatEvent]:
        self.submitted.append(event)
        if self.full is not None:
            raise self.full
        self.outbox[event.id] = asyncio.get_running_loop().create_future()
        return self.outbox[event.id]


def message(text: str) -> ChatEvent:
    return unsent(at("general"), who("maja"), "posted", text=text)


Scenario = Callable[[FakeChat, Sends], Awaitable[None]]


def told(scenario: Scenario, *resumed: ChatEvent) -> list[Any]:
    """What the window is told while a session lasts."""
    updates: list[Any] = []

    async def run() -> None:
        outlet = Outlet(updates.extend)
        chat, sends = FakeChat(*resumed), Sends(outlet)
        sends.resume(cast("Chat", chat))
        running = asyncio.ensure_future(sends.run(cast("Chat", chat)))
        await scenario(chat, sends)
        await turns()
        running.cancel()
        outlet.flush()

    asyncio.run(run())
    return updates


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_each_is_queued_and_then_sent_or_refused() -> None:
    one, two = message("one"), message("two")
    no = ChatError(Code.FORBIDDEN, "You may not.")

    async def scenario(chat: FakeChat, sends: Sends) -> None:
        sends.submit(one)
        sends.submit(two)
        await turns()
        assert chat.submitted == [one, two]
        chat.outbox[one.id].set_result(replace(one, seq=7))
        chat.outbox[two.id].set_exception(no)

    assert told(scenario) == [
        up.Queued(one),
        up.Queued(two),
        up.Sent(replace(one, seq=7)),
        up.SendFailed(two, "You may not."),
    ]


def test_what_an_earlier_process_left_is_followed_and_not_sent_twice() -> None:
    left = message("left")

    async def scenario(chat: FakeChat, sends: Sends) -> None:
        sends.submit(left)  # the window did not hear yet that it was in the outbox
        await turns()
        assert chat.submitted == []
        chat.outbox[left.id].set_result(replace(left, seq=3))

    assert told(scenario, left) == [up.Resumed(left), up.Sent(replace(left, seq=3))]


def test_what_cannot_be_put_into_the_outbox_is_told() -> None:
    one = message("one")

    async def scenario(chat: FakeChat, sends: Sends) -> None:
        chat.full = ChatError(Code.STORAGE_FAILED, "The disk is full.")
        sends.submit(one)

    assert told(scenario) == [up.SendFailed(one, "The disk is full.")]


def test_the_end_of_the_client_refuses_nothing() -> None:
    one, two = message("one"), message("two")
    end = ChatError(Code.DEVICE_REMOVED, "This device was removed.")

    async def scenario(chat: FakeChat, sends: Sends) -> None:
        sends.submit(one)
        await turns()
        chat.error = chat.full = end
        chat.outbox[one.id].set_exception(end)
        sends.submit(two)

    assert told(scenario) == [up.Queued(one)]
