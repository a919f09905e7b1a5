"""Finds rooms by what people call them: `general`, `#general`, `@bob`, `@bob,carol`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from zmqchat.client.engine import Engine
from zmqchat.client.ids import new_id
from zmqchat.errors import Code, Refused, Unavailable, UsageError
from zmqchat.protocol.replies import RoomCreated, RoomList
from zmqchat.protocol.requests import OpenDirect, Rooms
from zmqchat.protocol.rooms import RoomEntry, RoomInfo

_OPEN_S = 10.0


def bare(room: str) -> str:
    """A room's name as the server writes it: `#` is how people set it off."""
    return room.removeprefix("#")


def names_of(room: str) -> tuple[str, ...]:
    """The people of a direct room's name, `@bob,carol`; empty for another room's."""
    if not room.startswith("@"):
        return ()
    names = (name.strip().removeprefix("@") for name in room[1:].split(","))
    return tuple(name for name in names if name)


def same(one: str, other: str) -> bool:
    """Whether two names are of one room; in a direct room's the people stand in any order."""
    if one.startswith("@") and other.startswith("@"):
        return _folded(names_of(one)) == _folded(names_of(other))
    return one == other or one.casefold() == other.casefold()


def _folded(names: Iterable[str]) -> set[str]:
    return {name.casefold() for name in names}


def no_room(name: str) -> Refused:
    """There is none, or none that the asker may know of."""
    return Refused(Code.NOT_FOUND, f"There is no room {name!r} that you can find.")


class Lookup:
    """The rooms of a session by name. `names` has those that were ever heard of, by number."""

    def __init__(self, engine: Engine, names: dict[int, str]) -> None:
        self._engine = engine
        self._names = names
        self._numbers: dict[str, int] = {}  # rooms as they were found last, by how they were named

    def name_of(self, room: int) -> str:
        """What a room is called."""
        return self._names.get(room, f"room {room}")

    def joined(self) -> list[str]:
        """The names of the rooms that the user is a member of, also offline."""
        infos = self._engine.machine.rooms.infos
        return sorted(info.name for info in infos.values()) or sorted(self._names.values())

    def known(self, room: str) -> RoomInfo | None:
        """The room with this name, if it is open here."""
        infos, name = self._engine.machine.rooms.infos, bare(room)
        info = infos.get(self._numbers.get(room, -1))
        if info is None or not same(info.name, name):
            info = next((info for info in infos.values() if same(info.name, name)), None)
        if info is not None:
            self._numbers[room] = info.room
        return info

    async def room(self, room: str, *, offline: bool = False) -> RoomInfo:
        """The room with this name, which the user must be a member of; a direct room is opened.

        A room that was entered a moment ago may not have been opened yet: the server decides.
        """
        info = self.known(room) or (self._held(room) if offline else None)
        if info is not None:
            return info
        if names := names_of(room):
            return await self.direct(names)
        entry = await self.entry(room)
        if not entry.member:
            raise Refused(
                Code.FORBIDDEN,
                f"You are not in the room {entry.name!r}. Enter it first: "
                f"zmqchat enter {entry.name}",
            )
        return await self.opened(entry)

    def _held(self, room: str) -> RoomInfo | None:
        """What the profile holds of the room, while there was no server to ask."""
        cache = self._engine.cache
        if self._engine.machine.welcome is not None or cache is None:
            return None
        return next((info for info in cache.rooms() if same(info.name, bare(room))), None)

    async def direct(self, names: Iterable[str]) -> RoomInfo:
        """The conversation with these people, made if there is none."""
        wanted = [name.removeprefix("@") for name in names]
        if not any(wanted):
            raise UsageError("a conversation needs the name of somebody")
        reply = await self._engine.call(OpenDirect(new_id(), wanted))
        assert isinstance(reply, RoomCreated)
        return reply.room

    async def directory(self) -> list[RoomEntry]:
        """The rooms that the user may find."""
        reply = await self._engine.call(Rooms())
        return reply.rooms if isinstance(reply, RoomList) else []

    async def entry(self, room: str) -> RoomEntry:
        """A room's line in the directory; Refused(NOT_FOUND) where it has none."""
        entry = next((e for e in await self.directory() if same(e.name, bare(room))), None)
        if entry is None:
            raise no_room(bare(room))
        return entry

    async def opened(self, entry: RoomEntry) -> RoomInfo:
        """A room that the user is a member of, once the server has handed its keys over."""
        self._engine.open_room(entry.room)
        try:
            async with asyncio.timeout(_OPEN_S):
                while (info := self._engine.machine.rooms.infos.get(entry.room)) is None:
                    self._engine.check()
                    await self._engine.changed.wait()
        except TimeoutError:
            raise Unavailable(
                Code.UNREACHABLE, f"The server did not open the room {entry.name!r} in time."
            ) from None
        return info
