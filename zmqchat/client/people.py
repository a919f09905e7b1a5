"""People: who is there, how they show themselves, and how the user does."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from zmqchat.client.directory import Directory
from zmqchat.client.engine import Engine
from zmqchat.client.listing import whole
from zmqchat.client.lookup import Lookup
from zmqchat.client.naming import PersonRef, RoomRef
from zmqchat.errors import Code, Refused, UsageError
from zmqchat.protocol import limits
from zmqchat.protocol.people import Person, Presence
from zmqchat.protocol.replies import People, PictureData
from zmqchat.protocol.requests import KnowPeople, Members, Picture, SetProfile, SetTyping


class Folk:
    """The people of the realm, as the user sees them."""

    def __init__(self, engine: Engine, lookup: Lookup, directory: Directory) -> None:
        self._engine = engine
        self._lookup = lookup
        self._directory = directory

    async def who(
        self, room: RoomRef | None = None, *, pause_s: float = 0.0
    ) -> list[dict[str, Any]]:
        """The members of a room, or everybody; a program that is in no hurry waits `pause_s`
        seconds or so between pages of them.

        Each has name, user_id, role (in the room), presence, online, realm_role, display, status,
        picture (its digest in hex, "" where there is none), active and former (names).
        """
        info = await self._lookup.room(room) if room is not None else None
        number = info.room if info else None
        found = await whole(
            self._engine.call, lambda after: Members(number, after), People, self._told, pause_s
        )
        return sorted(map(_shown, found), key=lambda person: str(person["name"]))

    async def people(self, users: Collection[int]) -> list[dict[str, Any]]:
        """How the people with these ids are shown, as in `who`; unknown ones are left out."""
        wanted = list(users)
        found: list[Person] = []
        for first in range(0, len(wanted), limits.LISTED_PER_PAGE):
            some = wanted[first : first + limits.LISTED_PER_PAGE]
            reply = await self._engine.call(KnowPeople(some))
            assert isinstance(reply, People)
            found += self._told(reply)
        return [_shown(person) for person in found]

    def _told(self, page: People) -> list[Person]:
        self._directory.told(page.people, self._engine.server_us())
        return page.people

    async def set_profile(
        self,
        display: str | None = None,
        status: str | None = None,
        picture: bytes | None = None,
    ) -> None:
        """How the user is shown; None leaves a part as it is, an empty value clears it.

        A picture is PNG, JPEG or WebP, of `limits.PICTURE_BYTES` at most.
        """
        if picture is not None and len(picture) > limits.PICTURE_BYTES:
            raise UsageError(
                f"the picture has {len(picture):,} bytes and {limits.PICTURE_BYTES:,} are allowed; "
                "nothing was changed. Make it smaller.",
                Code.TOO_LARGE,
            )
        await self._engine.call(SetProfile(display, status, picture))

    async def picture(self, person: PersonRef) -> bytes:
        """A person's picture, b"" where there is none."""
        user = person if isinstance(person, int) else (await self._lookup.person(person)).id
        reply = await self._engine.call(Picture(user))
        assert isinstance(reply, PictureData)
        return reply.data

    async def set_presence(self, presence: str) -> None:
        """Say that the user is `online`, `away`, or does not count (`hidden`), from now on.

        It holds for this session, across broken connections.
        """
        try:
            wanted = Presence(presence)
        except ValueError:
            wanted = Presence.OFFLINE
        if wanted is Presence.OFFLINE:
            raise UsageError(f"one is online, away or hidden, and not {presence!r}")
        self._engine.set_presence(wanted)

    async def typing(self, room: RoomRef, on: bool = True) -> None:
        """Tell a small room that the user is writing; repeat it every few seconds while it is so.

        It is only a hint: where it cannot be told at once, it is not told.
        """
        info = self._lookup.known(room)
        if info is None or not self._engine.machine.open:
            return
        try:
            await self._engine.ask(SetTyping(info.room, on))
        except Refused as error:
            if not error.retryable:
                raise


def _shown(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "user_id": person.id,
        "role": person.role.value if person.role else None,
        "presence": person.presence.value,
        "online": person.presence is Presence.ONLINE,
        "realm_role": person.realm_role.value,
        "display": person.display,
        "status": person.status,
        "picture": person.picture.hex(),
        "active": person.active,
        "former": list(person.former),
    }
