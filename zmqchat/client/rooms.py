"""Rooms and who is in them: making, entering, leaving, and what those who lead a room may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zmqchat.client.engine import Engine
from zmqchat.client.ids import new_id
from zmqchat.client.lookup import Lookup
from zmqchat.client.naming import PersonRef, RoomRef, Where, bare, title, where
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
from zmqchat.protocol.rooms import Role, RoomEntry, RoomInfo
from zmqchat.protocol.who import Who


class RoomActions:
    """What a user does to rooms; each is in the room's log when it returns."""

    def __init__(
        self, engine: Engine, lookup: Lookup, sending: Sending, me: Callable[[], Who]
    ) -> None:
        self._engine = engine
        self._lookup = lookup
        self._sending = sending
        self._me = me

    async def rooms(self, *, pause_s: float = 0.0) -> list[dict[str, Any]]:
        """The rooms that can be found: name, room_id, kind, member, members, seq, description,
        archived. A program that is in no hurry waits `pause_s` seconds or so between pages.
        """
        return [_row(entry) for entry in await self._lookup.directory(pause_s)]

    async def room(self, room: RoomRef) -> dict[str, Any]:
        """One room, as in `rooms`; Refused(NOT_FOUND) where it cannot be found."""
        return _row(await self._lookup.entry(room))

    async def create(self, room: str, *, private: bool = False, description: str = "") -> str:
        """Make a room with the user as its owner; returns its name as the server writes it."""
        request = CreateRoom(new_id(), bare(room), private, description)
        reply = await self._engine.call(request)
        assert isinstance(reply, RoomCreated)
        return reply.room.name

    async def direct(self, *people: PersonRef) -> str:
        """The conversation with these people, made if there is none; its name, `@bob,carol`."""
        return title(await self._lookup.direct(people))

    async def find(self, room: RoomRef) -> Where:
        """The id and the name of a room of the user's; a conversation is made if there is none."""
        return where(await self._lookup.room(room, offline=True))

    async def person(self, person: PersonRef) -> Who:
        """Who is meant by a name; Refused(NOT_FOUND) where it is nobody's."""
        return await self._lookup.person(person)

    async def enter(self, room: RoomRef) -> None:
        """Become a member of a public room, or of one that the user is invited to.

        Nothing when the user is one.
        """
        if isinstance(room, str) and room.startswith("@"):
            await self._lookup.room(room)  # nobody enters a conversation: it is there, or is made
            return
        entry = await self._lookup.entry(room)
        if not entry.member:
            me = self._me()
            await self._sending.put_into(where(entry), Joined(me.id, me.name))
        await self._lookup.opened(entry)

    async def leave(self, room: RoomRef) -> None:
        """Be no member any more, or decline an invitation."""
        meant = self._lookup.known(room) or await self._findable(room)
        me = self._me()
        await self._sending.put_into(where(meant), Left(me.id, me.name))

    async def _findable(self, room: RoomRef) -> RoomInfo | RoomEntry:
        if isinstance(room, str) and room.startswith("@"):
            return await self._lookup.room(room)
        return await self._lookup.entry(room)

    async def invite(self, room: RoomRef, person: PersonRef) -> None:
        """Make somebody a member, who then reads the whole history.

        Whoever ignores the user is invited, and enters or declines.
        """
        await self._about(room, person, Invited)

    async def kick(self, room: RoomRef, person: PersonRef) -> None:
        """Remove a member, who hears nothing more from that instant; moderators and owners may."""
        await self._about(room, person, Kicked)

    async def ban(self, room: RoomRef, person: PersonRef) -> None:
        """Remove somebody, who may not return before `unban`; moderators and owners may."""
        await self._about(room, person, Banned)

    async def unban(self, room: RoomRef, person: PersonRef) -> None:
        """Let somebody in again who was banned; moderators and owners may."""
        await self._about(room, person, Unbanned)

    async def appoint(self, room: RoomRef, person: PersonRef, role: str) -> None:
        """Give a member another role: owner, moderator or member; owners may."""
        try:
            wanted = Role(role)
        except ValueError:
            known = ", ".join(Role)
            raise UsageError(f"{role!r} is no role in a room; there are {known}") from None
        await self._about(room, person, lambda user, name: Appointed(user, name, wanted))

    async def describe(self, room: RoomRef, text: str) -> None:
        """Give the room another description."""
        await self._put(room, Described(text))

    async def rename(self, room: RoomRef, name: str) -> None:
        """Give the room another name."""
        await self._put(room, Renamed(bare(name)))

    async def archive(self, room: RoomRef, *, undo: bool = False) -> None:
        """Close the room to everything but reading, or (`undo`) open it again."""
        await self._put(room, Unarchived() if undo else Archived())

    async def _about(
        self, room: RoomRef, person: PersonRef, body: Callable[[int, str], Body]
    ) -> None:
        info = await self._lookup.room(room)
        who = await self._lookup.person(person)
        await self._sending.put_into(where(info), body(who.id, who.name))

    async def _put(self, room: RoomRef, body: Body) -> None:
        info = await self._lookup.room(room)
        await self._sending.put_into(where(info), body)


def _row(entry: RoomEntry) -> dict[str, Any]:
    return {
        "name": title(entry),
        "room_id": entry.room,
        "kind": entry.kind.value,
        "member": entry.member,
        "invited": entry.invited,
        "members": entry.members,
        "seq": entry.seq,
        "description": entry.description,
        "archived": entry.archived,
    }
