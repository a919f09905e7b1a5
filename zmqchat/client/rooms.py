"""Rooms and who is in them: making, entering, leaving, and what those who lead a room may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zmqchat.client.engine import Engine
from zmqchat.client.ids import new_id
from zmqchat.client.lookup import Lookup, bare
from zmqchat.client.sending import Sending
from zmqchat.errors import UsageError
from zmqchat.protocol.events import (
    Appointed,
    Archived,
    Banned,
    Body,
    Described,
    Invited,
    Joined,
    Kicked,
    Left,
    Renamed,
    Unarchived,
    Unbanned,
)
from zmqchat.protocol.replies import RoomCreated
from zmqchat.protocol.requests import CreateRoom
from zmqchat.protocol.rooms import Role


class RoomActions:
    """What a user does to rooms; each is in the room's log when it returns."""

    def __init__(
        self, engine: Engine, lookup: Lookup, sending: Sending, me: Callable[[], str]
    ) -> None:
        self._engine = engine
        self._lookup = lookup
        self._sending = sending
        self._me = me

    async def rooms(self) -> list[dict[str, Any]]:
        """The rooms that can be found: name, kind, member, members, seq, description, archived."""
        return [
            {
                "name": entry.name,
                "kind": entry.kind.value,
                "member": entry.member,
                "members": entry.members,
                "seq": entry.seq,
                "description": entry.description,
                "archived": entry.archived,
            }
            for entry in await self._lookup.directory()
        ]

    async def create(self, room: str, *, private: bool = False, description: str = "") -> str:
        """Make a room with the user as its owner; returns its name as the server writes it."""
        request = CreateRoom(new_id(), bare(room), private, description)
        reply = await self._engine.call(request)
        assert isinstance(reply, RoomCreated)
        return reply.room.name

    async def direct(self, *names: str) -> str:
        """The conversation with these people, made if there is none; its name, `@bob,carol`."""
        return (await self._lookup.direct(names)).name

    async def enter(self, room: str) -> None:
        """Become a member of a public room; nothing when the user is one."""
        name = bare(room)
        entry = await self._lookup.entry(name)
        if not entry.member:
            await self._sending.put_into(entry.room, entry.name, Joined(self._me()))
        self._engine.open_room(entry.room)
        await self._lookup.room(name)

    async def leave(self, room: str) -> None:
        """Be no member any more."""
        await self._put(room, Left(self._me()))

    async def invite(self, room: str, name: str) -> None:
        """Make somebody a member, who then reads the whole history."""
        await self._put(room, Invited(name))

    async def kick(self, room: str, name: str) -> None:
        """Remove a member, who hears nothing more from that instant; moderators and owners may."""
        await self._put(room, Kicked(name))

    async def ban(self, room: str, name: str) -> None:
        """Remove somebody, who may not return before `unban`; moderators and owners may."""
        await self._put(room, Banned(name))

    async def unban(self, room: str, name: str) -> None:
        """Let somebody in again who was banned; moderators and owners may."""
        await self._put(room, Unbanned(name))

    async def appoint(self, room: str, name: str, role: str) -> None:
        """Give a member another role: owner, moderator or member; owners may."""
        try:
            wanted = Role(role)
        except ValueError:
            known = ", ".join(Role)
            raise UsageError(f"{role!r} is no role in a room; there are {known}") from None
        await self._put(room, Appointed(name, wanted))

    async def describe(self, room: str, text: str) -> None:
        """Give the room another description."""
        await self._put(room, Described(text))

    async def rename(self, room: str, name: str) -> None:
        """Give the room another name."""
        await self._put(room, Renamed(bare(name)))

    async def archive(self, room: str, *, undo: bool = False) -> None:
        """Close the room to everything but reading, or (`undo`) open it again."""
        await self._put(room, Unarchived() if undo else Archived())

    async def _put(self, room: str, body: Body) -> None:
        info = await self._lookup.room(room)
        await self._sending.put_into(info.room, info.name, body)
