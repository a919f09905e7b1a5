"""The rooms of one server on the network thread: what comes in each, without a hole."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from zmqchat.client import Chat, ChatEvent
from zmqchat.errors import Code, Refused
from zmqchat_gui.bridge import updates as up
from zmqchat_gui.bridge.history import PAGE
from zmqchat_gui.bridge.outlet import Outlet

_OUT = frozenset({Code.FORBIDDEN, Code.NOT_FOUND})
"""How a room is refused that was left, or renamed, while nobody listened."""

Guard = Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]
"""Does something, and tells the window of the errors that it ends with."""


@dataclass(slots=True)
class _Place:
    """A room that is heard, as it is called now."""

    room: str


class Following:
    """Rooms that are looked at are loaded and followed; in the others, what comes is heard."""

    def __init__(self, outlet: Outlet, guard: Guard) -> None:
        self._outlet = outlet
        self._guard = guard
        self._chat: Chat | None = None
        self._hearing: dict[str, asyncio.Task[None]] = {}
        self._places: dict[asyncio.Task[None], _Place] = {}
        self._looked_at: set[str] = set()
        self._fresh: dict[str, str] = {}
        """Old names of rooms, and what they are called now."""
        self.online = asyncio.Event()
        """Whether the server answers."""

    def begin(self, chat: Chat) -> None:
        """The rooms that the person is in."""
        self._chat = chat
        for room in chat.joined:
            self.opened(room)

    def end(self) -> list[asyncio.Task[None]]:
        """Stops; the tasks are done soon."""
        for task in self._hearing.values():
            task.cancel()
        return list(self._hearing.values())

    def opened(self, room: str) -> None:
        """The person is in a room."""
        self._fresh.pop(room, None)
        if self._chat is not None and room not in self._hearing:
            self._outlet.put(up.RoomOpened(room))
            self._hear(room)

    def closed(self, room: str, text: str) -> None:
        """The person is in a room no longer."""
        if self._drop(room):
            self._looked_at.discard(room)
            self._outlet.put(up.RoomClosed(room, text))

    def look_at(self, room: str) -> None:
        """Loads the newest page of a room (again), and follows it from there.

        The window may not have heard yet that it has another name.
        """
        room = self._fresh.get(room, room)
        self._looked_at.add(room)
        if self._drop(room):
            self._hear(room)

    def renamed(self, room: str, name: str) -> None:
        """A room has another name; what is under way goes on under that."""
        self._fresh = {old: name if new == room else new for old, new in self._fresh.items()}
        self._fresh[room] = name
        self._fresh.pop(name, None)
        hearing = self._hearing.pop(room, None)
        if hearing is not None:
            self._hearing[name] = hearing
            self._places[hearing].room = name
        if room in self._looked_at:
            self._looked_at.remove(room)
            self._looked_at.add(name)
        self._outlet.put(up.RoomRenamed(room, name))

    def _drop(self, room: str) -> bool:
        task = self._hearing.pop(room, None)
        if task is None:
            return False
        task.cancel()
        return True

    def _hear(self, room: str) -> None:
        hear = self._follow if room in self._looked_at else self._overhear
        place = _Place(room)
        hearing = self._guard(lambda: self._until_out(hear, place))
        self._hearing[room] = task = asyncio.ensure_future(hearing)
        self._places[task] = place
        task.add_done_callback(lambda task: self._places.pop(task, None))

    async def _until_out(self, hear: Callable[[Chat, _Place], Awaitable[None]], at: _Place) -> None:
        assert self._chat is not None, "rooms are opened by a chat"
        try:
            await hear(self._chat, at)
        except Refused as error:
            if error.code not in _OUT:
                raise
            name = at.room if at.room.startswith("@") else f"#{at.room}"
            self.closed(at.room, f"You are no longer in {name}.")

    async def _overhear(self, chat: Chat, at: _Place) -> None:
        """What comes from now on, in a room that nobody has looked at yet."""
        await self.online.wait()
        async for events in chat.batches(at.room):
            await self._tell(at, events)

    async def _follow(self, chat: Chat, at: _Place) -> None:
        """The newest page, and everything after it without a hole between."""
        if not self.online.is_set():
            page = await chat.page(at.room, limit=PAGE)
            self._outlet.put(up.Loaded(at.room, page, provisional=True))
            await self.online.wait()
        page = await chat.page(at.room, limit=PAGE)
        self._outlet.put(up.Loaded(at.room, page))
        async for events in chat.batches(at.room, page.last):
            await self._tell(at, events)

    async def _tell(self, at: _Place, events: list[ChatEvent]) -> None:
        for event in events:
            self._outlet.event(at.room, event)
            await self._outlet.room()
