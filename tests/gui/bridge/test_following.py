"""Rooms on the network thread: what comes in each is told under the name that it has now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import cast

from zmqchat_gui.bridge import updates as up
from zmqchat_gui.bridge.following import Following
from zmqchat_gui.bridge.outlet import Batch, Outlet

from tests.gui.fakes import event, page
from zmqchat.client import Chat, ChatEvent, TimelinePage
from zmqchat.errors import Code, Refused


class Server:
    """A chat with one room, which knows it by its present name only."""

    def __init__(self, room: str) -> None:
        self.room = room
        self.joined = [room]
        self.live: asyncio.Queue[list[ChatEvent]] = asyncio.Queue()

    async def page(self, room: str, limit: int) -> TimelinePage:
        self._check(room)
        return page([])

    async def batches(
        self, room: str, since: int | None = None
    ) -> AsyncGenerator[list[ChatEvent], None]:
        self._check(room)
        while True:
            yield await self.live.get()

    def _check(self, room: str) -> None:
        if room != self.room:
            raise Refused(Code.NOT_FOUND, f"There is no room {room}.")


async def _guarded(work: Callable[[], Awaitable[None]]) -> None:
    await work()


def told(scenario: Callable[[Following, Server], Awaitable[None]]) -> Batch:
    """What the window is told in a scenario, without pages."""
    found: Batch = []

    async def run() -> None:
        outlet, server = Outlet(found.extend), Server("old")
        following = Following(outlet, _guarded)
        following.begin(cast("Chat", server))
        await scenario(following, server)
        await _turns()
        tasks = following.end()
        await asyncio.gather(*tasks, return_exceptions=True)
        outlet.flush()

    asyncio.run(run())
    return [update for update in found if not isinstance(update, up.Loaded)]


async def _turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_a_room_that_was_renamed_while_nobody_listened_is_heard_under_its_name() -> None:
    async def scenario(following: Following, server: Server) -> None:
        server.room = "new"
        following.renamed("old", "new")
        following.opened("new")
        following.online.set()
        await _turns()
        server.live.put_nowait([event(5, "hi")])

    assert told(scenario) == [
        up.RoomOpened("old"),
        up.RoomRenamed("old", "new"),
        up.Arrived("new", [event(5, "hi")]),
    ]


def test_what_comes_after_a_live_renaming_is_told_under_the_new_name() -> None:
    async def scenario(following: Following, server: Server) -> None:
        following.online.set()
        following.look_at("old")
        await _turns()
        server.room = "new"
        following.renamed("old", "new")
        for seq in (5, 6):
            server.live.put_nowait([event(seq, "hi")])
            await _turns()

    assert told(scenario) == [
        up.RoomOpened("old"),
        up.RoomRenamed("old", "new"),
        up.Arrived("new", [event(5, "hi"), event(6, "hi")]),
    ]


def test_a_room_is_looked_at_though_the_window_has_its_old_name() -> None:
    async def scenario(following: Following, server: Server) -> None:
        server.room = "new"
        following.renamed("old", "new")
        following.look_at("old")
        following.online.set()
        await _turns()
        following.renamed("new", "newest")
        server.room = "newest"
        following.look_at("old")
        await _turns()

    assert told(scenario) == [
        up.RoomOpened("old"),
        up.RoomRenamed("old", "new"),
        up.RoomRenamed("new", "newest"),
    ]
