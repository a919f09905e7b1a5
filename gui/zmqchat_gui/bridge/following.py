"""The rooms of one server on the network thread: what comes in each, without a hole."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from zmqchat.client import Chat, ChatEvent
from zmqchat.client.naming import Where
from zmqchat.errors import Code, Refused
from zmqchat.protocol.rooms import RoomInfo
from zmqchat_gui.bridge import updates as up
from zmqchat_gui.bridge.history import PAGE
from zmqchat_gui.bridge.outlet import Outlet

_OUT = frozenset({Code.FORBIDDEN, Code.NOT_FOUND})
"""How a room is refused that was left while nobody listened."""

Guard = Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]
"""Does something, and tells the window of the errors that it ends with."""


class Following:
    """Rooms that are looked at are loaded and followed; in the others, what comes is heard."""

    def __init__(self, outlet: Outlet, guard: Guard) -> None:
        self._outlet = outlet
        self._guard = guard
        self._chat: Chat | None = None
        self._hearing: dict[int, asyncio.Task[None]] = {}
        self._looked_at: set[int] = set()
        self.online = asyncio.Event()
        """Whether the server answers."""

    def begin(self, chat: Chat) -> None:
        """The rooms that the person is in."""
        self._chat = chat
        for room in chat.joined_rooms:
            self.opened(room)

    def end(self) -> list[asyncio.Task[None]]:
        """Stops; the tasks are done soon."""
        for task in self._hearing.values():
            task.cancel()
        return list(self._hearing.values())

    def opened(self, room: Where) -> None:
        """The person is in a room."""
        if self._chat is not None and room.id not in self._hearing:
            self._outlet.put(_opened(room, self._chat.about(room.id)))
            self._hear(room.id)

    def closed(self, room: int, text: str) -> None:
        """The person is in a room no longer."""
        if self._drop(room):
            self._looked_at.discard(room)
            self._outlet.put(up.RoomClosed(room, text))

    def look_at(self, room: int) -> None:
        """Loads the newest page of a room (again), and follows it from there."""
        self._looked_at.add(room)
        if self._drop(room):
            self._hear(room)

    def renamed(self, room: Where) -> None:
        """A room is called so now; what is under way goes on."""
        if self._chat is not None:
            self._outlet.put(up.RoomRenamed(room, self._chat.others_in(room.id)))

    def _drop(self, room: int) -> bool:
        task = self._hearing.pop(room, None)
        if task is None:
            return False
        task.cancel()
        return True

    def _hear(self, room: int) -> None:
        hear = self._follow if room in self._looked_at else self._overhear
        hearing = self._guard(lambda: self._until_out(hear, room))
        self._hearing[room] = asyncio.ensure_future(hearing)

    async def _until_out(self, hear: Callable[[Chat, int], Awaitable[None]], room: int) -> None:
        assert self._chat is not None, "rooms are opened by a chat"
        try:
            await hear(self._chat, room)
        except Refused as error:
            if error.code not in _OUT:
                raise
            called = self._chat.where(room).name
            name = called if called.startswith("@") else f"#{called}"
            self.closed(room, f"You are no longer in {name}.")

    async def _overhear(self, chat: Chat, room: int) -> None:
        """What comes from now on, in a room that nobody has looked at yet."""
        await self.online.wait()
        async for events in chat.batches(room):
            await self._tell(room, events)

    async def _follow(self, chat: Chat, room: int) -> None:
        """The newest page, and everything after it without a hole between."""
        if not self.online.is_set():
            page = await chat.page(room, limit=PAGE)
            self._outlet.put(up.Loaded(room, page, provisional=True))
            await self.online.wait()
        page = await chat.page(room, limit=PAGE)
        self._outlet.put(up.Loaded(room, page))
        async for events in chat.batches(room, page.last):
            await self._tell(room, events)

    async def _tell(self, room: int, events: list[ChatEvent]) -> None:
        for event in events:
            self._outlet.event(room, event)
            await self._outlet.room()


def _opened(room: Where, info: RoomInfo | None) -> up.RoomOpened:
    if info is None:
        return up.RoomOpened(room)
    kind, role = info.kind.value, info.role.value
    return up.RoomOpened(room, info.people, kind, info.description, info.archived, role)
