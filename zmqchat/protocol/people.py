"""What is said about people: their standing, their presence, how they show themselves."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from zmqchat.protocol.rooms import Role


class RealmRole(StrEnum):
    """A user's standing in the realm."""

    ADMIN = "admin"
    MEMBER = "member"
    GUEST = "guest"


class Presence(StrEnum):
    """Whether a person is there: the liveliest of the person's devices counts.

    A session may open as HIDDEN: it counts for nothing, so that one-shot programs do not flicker.
    """

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"
    HIDDEN = "hidden"


class Person(msgspec.Struct, frozen=True, array_like=True):
    """A line of a member list. `role` is None in the list of everybody in the realm.

    `display` is the name that the person wants to be shown by (empty: `name`); `picture` is the
    16-byte digest of the person's picture, empty where there is none. `active` is False for a user
    who was deactivated. `former` are names that the person had, which stay the person's own.
    """

    id: int
    name: str
    role: Role | None
    presence: Presence
    realm_role: RealmRole = RealmRole.MEMBER
    display: str = ""
    status: str = ""
    picture: bytes = b""
    active: bool = True
    former: tuple[str, ...] = ()


class UserEntry(msgspec.Struct, frozen=True, array_like=True):
    """A line of the list of accounts, for administrators."""

    id: int
    name: str
    role: RealmRole
    active: bool
    devices: int
    presence: Presence
    created_us: int


class LeaderlessRoom(msgspec.Struct, frozen=True, array_like=True):
    """A room whose owners' accounts are all closed, or which has none; some of its `members`."""

    name: str
    members: list[str]


class DeviceEntry(msgspec.Struct, frozen=True, array_like=True):
    """A device of the user. `seen_us` is the newest `hello` (0: none known)."""

    device: int
    label: str
    created_us: int
    seen_us: int
    online: bool


class InviteEntry(msgspec.Struct, frozen=True, array_like=True):
    """An invitation to the realm, good for one new name until `until_us`; its code is not kept."""

    invite: int
    label: str
    role: RealmRole
    made_by: str
    created_us: int
    until_us: int
    used_by: str = ""
