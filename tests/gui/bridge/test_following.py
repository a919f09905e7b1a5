"""Rooms on the network thread: what comes in each is told of that one, whatever it is called."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import cast

from zmqchat_gui.bridge import updates as up
from zmqchat_gui.bridge.following import Following
from zmqchat_gui.bridge.outlet import Batch, Outlet

from tests.gui.fakes import at, event, opened, page, renamed
from zmqchat.client import Chat, ChatEvent, TimelinePage
from zmqchat.client.naming import Where
from zmqchat.errors import Code, Refused
from zmqchat.protocol.rooms import RoomInfo
from zmqchat.protocol.who import Who


class Server:
    """A chat with one room, which may be called otherwise."""

    def __init__(self, room: Where) -> None:
        self.room = room
        self.joined_rooms = [room]
        self.out = False
        self.live: asyncio.Queue[list[ChatEvent]] = asyncio.Queue()

    def where(self, _room: int) -> Where:
        return self.room

    def about(self, _room: int) -> RoomInfo | None:
        return None

    def others_in(self, _room: int) -> tuple[Who, ...]:
        return ()

    async def page(self, room: int, limit: int) -> TimelinePage:
        self._check(room)
        return page([])

    async def batches(
        self, room: int, since: int | None = None
    ) -> AsyncGenerator[list[ChatEvent], None]:
        self._check(room)
        while True:
            yield await self.live.get()

    def _check(self, room: int) -> None:
        if self.out or room != self.room.id:
            raise Refused(Code.NOT_FOUND, f"There is no room {room}.")


async def _guarded(work: Callable[[], Awaitable[None]]) -> None:
    await work()


def told(scenario: Callable[[Following, Server], Awaitable[None]]) -> Batch:
    """What the window is told in a scenario, without pages."""
    found: Batch = []

    async def run() -> None:
        outlet, server = Outlet(found.extend), Server(at("old"))
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


OLD, NEW = at("old"), Where(at("old").id, "new")


def test_a_room_goes_on_under_another_name() -> None:
    async def scenario(following: Following, server: Server) -> None:
        following.online.set()
        following.look_at(OLD.id)
        await _turns()
        following.renamed(NEW)
        following.opened(NEW)  # it is open
        for seq in (5, 6):
            server.live.put_nowait([event(seq, "hi")])
            await _turns()

    assert told(scenario) == [
        opened("old"),
        renamed("old", "new"),
        up.Arrived(OLD.id, [event(5, "hi"), event(6, "hi")]),
    ]


def test_a_room_that_has_the_name_of_another_is_another() -> None:
    async def scenario(following: Following, server: Server) -> None:
        following.online.set()
        following.opened(Where(77, "old"))
        await _turns()
        server.live.put_nowait([event(5, "hi")])

    first, second, *rest = told(scenario)
    assert [first, second] == [opened("old"), up.RoomOpened(Where(77, "old"))]
    assert up.Arrived(OLD.id, [event(5, "hi")]) in rest
    assert not [update for update in rest if isinstance(update, up.Arrived) and update.room == 77]


def test_a_room_that_was_left_is_told_by_its_present_name() -> None:
    async def scenario(following: Following, server: Server) -> None:
        server.out, server.room = True, NEW
        following.online.set()
        await _turns()

    assert told(scenario) == [
        opened("old"),
        up.RoomClosed(OLD.id, "You are no longer in #new."),
    ]
