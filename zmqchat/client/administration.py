"""Administration: what the realm's administrators, and its operator, do about other people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zmqchat.client.codes import OneTimeCode, code_of
from zmqchat.client.devices import DeviceActions
from zmqchat.client.events import moment, rfc3339
from zmqchat.client.listing import Call, whole
from zmqchat.errors import UsageError
from zmqchat.protocol import requests
from zmqchat.protocol.people import RealmRole, UserEntry
from zmqchat.protocol.replies import InviteList, LeaderlessRooms, UserList
from zmqchat.protocol.requests import (
    AppointOwner,
    Deactivate,
    Invites,
    MakeInvite,
    Reactivate,
    Recover,
    RenameUser,
    RevokeInvite,
    SetRealmRole,
    Users,
)

WEEK_S = 7 * 86_400
"""How long an invitation is good by default, in seconds."""


@dataclass(frozen=True, slots=True)
class User:
    """An account of the realm."""

    name: str
    role: str
    active: bool
    devices: int
    presence: str
    created_at: datetime
    user_id: int = 0

    def to_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return fields | {"created_at": rfc3339(self.created_at)}


@dataclass(frozen=True, slots=True)
class Invite:
    """An invitation to the realm, good for one new name until `until`, unless it was `used_by`."""

    id: int
    label: str
    role: str
    made_by: str
    created_at: datetime
    until: datetime
    used_by: str

    def to_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return fields | {"created_at": rfc3339(self.created_at), "until": rfc3339(self.until)}


@dataclass(frozen=True, slots=True)
class Leaderless:
    """A room that no open account owns, and some of those who are in it."""

    room: str
    members: tuple[str, ...]


class Administration:
    """The requests of administrators, over `call`; `devices` and `remove_device` are anybody's."""

    def __init__(self, call: Call) -> None:
        self._call = call
        devices = DeviceActions(call, lambda: 0)
        self.devices, self.remove_device = devices.devices, devices.remove_device

    async def make_invite(
        self, role: str = "member", valid_s: int = WEEK_S, label: str = ""
    ) -> OneTimeCode:
        """A code that lets one new name into the realm within `valid_s` seconds."""
        return code_of(await self._call(MakeInvite(_role(role), valid_s, label)))

    async def invites(self) -> list[Invite]:
        """The invitations, newest first."""
        entries = await whole(
            self._call, Invites, InviteList, lambda page: page.invites, falling=True
        )
        return [
            Invite(
                entry.invite,
                entry.label,
                entry.role.value,
                entry.made_by,
                moment(entry.created_us),
                moment(entry.until_us),
                entry.used_by,
            )
            for entry in entries
        ]

    async def revoke_invite(self, invite: int) -> None:
        """An invitation is good for nothing any more."""
        await self._call(RevokeInvite(invite))

    async def users(self) -> list[User]:
        """All accounts, by name."""
        entries = await whole(self._call, Users, UserList, lambda page: page.users)
        return sorted(map(_user, entries), key=lambda user: user.name)

    async def set_realm_role(self, name: str, role: str) -> None:
        """Make a user an admin, a member or a guest."""
        await self._call(SetRealmRole(_name(name), _role(role)))

    async def deactivate(self, name: str) -> list[Leaderless]:
        """Close an account: its devices are out at once; messages stay under its name.

        Returns its rooms that have no owner now: `appoint_owner` gives them one.
        """
        await self._call(Deactivate(_name(name)))
        return await self.leaderless(name)

    async def leaderless(self, name: str = "") -> list[Leaderless]:
        """The rooms, of one person or all, whose owners' accounts are closed, by name."""
        rooms = await whole(
            self._call,
            lambda after: requests.Leaderless(_name(name), after),
            LeaderlessRooms,
            lambda page: page.rooms,
        )
        found = [Leaderless(room.name, tuple(room.members)) for room in rooms]
        return sorted(found, key=lambda room: room.room)

    async def appoint_owner(self, room: str, name: str) -> None:
        """Make a member the owner of a room that has none; Refused where it has one."""
        await self._call(AppointOwner(room.removeprefix("#"), _name(name)))

    async def reactivate(self, name: str) -> None:
        """Open a closed account again, with the devices that it had."""
        await self._call(Reactivate(_name(name)))

    async def rename_user(self, name: str, new: str) -> None:
        """Give a user another name; the old one is given to nobody else."""
        await self._call(RenameUser(_name(name), _name(new)))

    async def recover(self, name: str) -> OneTimeCode:
        """For a user who lost all devices: a one-time code; the password is taken away."""
        return code_of(await self._call(Recover(_name(name))))


def _user(entry: UserEntry) -> User:
    return User(
        entry.name,
        entry.role.value,
        entry.active,
        entry.devices,
        entry.presence.value,
        moment(entry.created_us),
        entry.id,
    )


def _name(name: str) -> str:
    return name.removeprefix("@")


def _role(role: str) -> RealmRole:
    try:
        return RealmRole(role)
    except ValueError:
        known = ", ".join(RealmRole)
        raise UsageError(f"{role!r} is no role in the realm; there are {known}") from None
