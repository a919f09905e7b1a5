"""Resolves what people type: `general`, `#general`, `@bob` and `@bob,carol` to rooms and people."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from zmqchat.client.directory import Directory
from zmqchat.client.engine import Engine
from zmqchat.client.ids import new_id
from zmqchat.client.listing import whole
from zmqchat.client.naming import (
    PersonRef,
    RoomRef,
    Where,
    bare,
    exactly,
    meant,
    no_room,
    nobody,
    title,
    where,
)
from zmqchat.errors import Code, Refused, Unavailable, UsageError
from zmqchat.protocol.limits import DIRECT_MEMBERS, NAMES_PER_REQUEST
from zmqchat.protocol.replies import PeopleFound, RoomCreated, RoomFound, RoomList
from zmqchat.protocol.requests import FindPeople, FindRoom, OpenDirect, Rooms
from zmqchat.protocol.rooms import RoomEntry, RoomInfo, RoomKind
from zmqchat.protocol.who import Who, names_in

_OPEN_S = 10.0


class Lookup:
    """The rooms and people of a session. `heard_of` has all rooms that ever were, by id."""

    def __init__(self, engine: Engine, heard_of: dict[int, RoomInfo], directory: Directory) -> None:
        self._engine = engine
        self._heard_of = heard_of
        self._directory = directory
        self._found: dict[str, RoomInfo] = {}  # what was typed, and the room as it was found

    @property
    def me(self) -> int:
        """The user's own id, 0 before the server was ever reached."""
        welcome = self._engine.machine.welcome
        return welcome.user if welcome is not None else self._directory.me

    # ── rooms ────────────────────────────────────────────────────────────────────────────────────

    def where(self, room: int) -> Where:
        """A room, with what it is called as far as that was ever heard."""
        info = self._heard_of.get(room)
        return Where(room, f"room {room}") if info is None else where(info)

    def others_in(self, room: int) -> tuple[Who, ...]:
        """The others in a conversation; nobody for other rooms."""
        info = self._heard_of.get(room)
        return () if info is None else info.people

    def about(self, room: int) -> RoomInfo | None:
        """A room as it was last heard of."""
        return self._heard_of.get(room)

    def joined(self) -> list[Where]:
        """The rooms that the user is a member of, by name, also offline."""
        reached = self._engine.machine.welcome is not None
        rooms = self._engine.machine.rooms.infos if reached else self._heard_of
        return sorted(map(where, rooms.values()), key=lambda room: (room.name, room.id))

    def known(self, room: RoomRef) -> RoomInfo | None:
        """The room that is meant, if it is open here, and no other is called so."""
        infos = self._engine.machine.rooms.infos
        if isinstance(room, int):
            return infos.get(room)
        before = self._found.get(room)
        if before is not None and infos.get(before.room) is before:
            return before  # nothing about it has changed, its name neither
        return self._only(room, infos.values())

    def _only(self, room: str, infos: Iterable[RoomInfo]) -> RoomInfo | None:
        found = meant(infos, room)
        if len(found) != 1:
            return None
        self._found[room] = found[0]
        return found[0]

    async def room(self, room: RoomRef, *, offline: bool = False) -> RoomInfo:
        """The room that is meant, which the user must be a member of; a direct room is opened.

        A room that was entered a moment ago may not have been opened yet: the server decides.
        """
        info = self.known(room) or (self._held(room) if offline else None)
        if info is not None:
            return info
        if isinstance(room, str) and room.startswith("@"):
            self._found[room] = await self.direct(names_in(room))
            return self._found[room]
        entry = await self.entry(room)
        if not entry.member:
            raise Refused(
                Code.FORBIDDEN,
                f"You are not in the room {entry.name!r}. Enter it first: "
                f"zmqchat enter {entry.name}",
            )
        return await self.opened(entry)

    def _held(self, room: RoomRef) -> RoomInfo | None:
        """What the profile holds of the room, while there was no server to ask."""
        cache = self._engine.cache
        if self._engine.machine.welcome is not None or cache is None:
            return None
        return held(room, cache.rooms(), self._directory)

    async def direct(self, people: Iterable[PersonRef]) -> RoomInfo:
        """The conversation with these people, made if there is none."""
        wanted = [person for person in people if person not in {"", "@"}]
        if not wanted:
            raise UsageError("a conversation needs the name of somebody")
        ids = {person.id for person in await self.people(wanted)}
        info = conversation(self._engine.machine.rooms.infos.values(), ids - {self.me})
        if info is not None:
            return info
        if len(ids | {self.me}) > DIRECT_MEMBERS:
            raise UsageError(
                f"a conversation has at most {DIRECT_MEMBERS} people, you included; nothing was "
                "made. A private room takes more.",
                Code.TOO_LARGE,
            )
        reply = await self._engine.call(OpenDirect(new_id(), sorted(ids)))
        assert isinstance(reply, RoomCreated)
        return reply.room

    async def directory(self, pause_s: float = 0.0) -> list[RoomEntry]:
        """The rooms that the user may find, by name."""
        found = await whole(self._engine.call, Rooms, RoomList, lambda page: page.rooms, pause_s)
        return sorted(found, key=lambda entry: (title(entry), entry.room))

    async def entry(self, room: RoomRef) -> RoomEntry:
        """A room's line in the directory; Refused(NOT_FOUND) where it has none."""
        meant = bare(room) if isinstance(room, str) else room
        reply = await self._engine.call(FindRoom(meant))
        assert isinstance(reply, RoomFound)
        if reply.room is None:
            raise no_room(room)
        return reply.room

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
                Code.UNREACHABLE, f"The server did not open the room {title(entry)!r} in time."
            ) from None
        return info

    # ── people ───────────────────────────────────────────────────────────────────────────────────

    async def people(self, people: Iterable[PersonRef]) -> list[Who]:
        """Who is meant, as they are called now; Refused(NOT_FOUND) where it is nobody."""
        wanted = [self._asked_for(person) for person in people]
        found: list[Who] = []
        for first in range(0, len(wanted), NAMES_PER_REQUEST):
            names = wanted[first : first + NAMES_PER_REQUEST]
            reply = await self._engine.call(FindPeople(names))
            assert isinstance(reply, PeopleFound)
            for name, who in zip(names, reply.people, strict=True):
                if who is None:
                    raise nobody(name)
                found.append(who)
        self._directory.told(found, self._engine.server_us())
        return found

    def _asked_for(self, person: PersonRef) -> str:
        """A name of that person: any that it ever had stays its own."""
        if isinstance(person, str):
            return person.removeprefix("@")
        name = self._directory.name_of(person)
        if not name:
            raise nobody(person)
        return name

    async def person(self, person: PersonRef) -> Who:
        """Who is meant; Refused(NOT_FOUND) also where a name only looks like somebody's."""
        (who,) = await self.people([person])
        return exactly(person.removeprefix("@"), who) if isinstance(person, str) else who


def conversation(rooms: Iterable[RoomInfo], people: set[int]) -> RoomInfo | None:
    """The direct room with exactly these others."""
    direct = (info for info in rooms if info.kind is RoomKind.DIRECT)
    return next((info for info in direct if {who.id for who in info.people} == people), None)


def held(room: RoomRef, rooms: Iterable[RoomInfo], directory: Directory) -> RoomInfo | None:
    """The one of a profile's rooms that is meant, as far as the profile knows by itself."""
    rooms = list(rooms)
    found = meant(rooms, room)
    if not found and isinstance(room, str) and (names := names_in(room)):
        people = {directory.called(name) for name in names}
        if None not in people:
            return conversation(rooms, {user for user in people if user} - {directory.me})
    return found[0] if len(found) == 1 else None
