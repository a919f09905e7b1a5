"""Requests of the realm's administrators and of its operator."""

from __future__ import annotations

from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.requests.base import RequestStruct


class MakeInvite(RequestStruct, frozen=True, tag="make-invite"):
    """A code that lets one new name into the realm, as `role`, within `valid_s` seconds."""

    role: RealmRole = RealmRole.MEMBER
    valid_s: int = 7 * 86_400
    label: str = ""


class Invites(RequestStruct, frozen=True, tag="invites"):
    """A page of the realm's invitations, newest first: those before `before` (0: the newest)."""

    before: int = 0


class RevokeInvite(RequestStruct, frozen=True, tag="revoke-invite"):
    """An invitation is good for nothing any more."""

    invite: int


class Users(RequestStruct, frozen=True, tag="users"):
    """A page of the realm's accounts: those with an id above `after`."""

    after: int = 0


class SetRealmRole(RequestStruct, frozen=True, tag="set-realm-role"):
    """Makes a user an administrator, a member or a guest."""

    name: str
    role: RealmRole


class Deactivate(RequestStruct, frozen=True, tag="deactivate"):
    """Closes an account: its devices are out at once; messages stay under its name."""

    name: str


class Reactivate(RequestStruct, frozen=True, tag="reactivate"):
    """Opens a closed account again, with the devices that it had."""

    name: str


class RenameUser(RequestStruct, frozen=True, tag="rename-user"):
    """Gives a user another name; the old one stays the user's own and is not given away."""

    name: str
    new: str


class Recover(RequestStruct, frozen=True, tag="recover"):
    """For a user who lost all devices: takes the password away and makes a one-time code."""

    name: str


class Leaderless(RequestStruct, frozen=True, tag="leaderless"):
    """A page of the rooms of `name` (everybody's where it is empty) that no open account owns:
    those with an id above `after`.
    """

    name: str = ""
    after: int = 0


class AppointOwner(RequestStruct, frozen=True, tag="appoint-owner"):
    """Makes a member of a room its owner, where no open account owns it."""

    room: str
    name: str
