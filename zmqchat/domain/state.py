"""The values that a realm consists of, and the read-only view that decisions are made on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import msgspec

from zmqchat.protocol.chain import digest
from zmqchat.protocol.requests import SendItem
from zmqchat.protocol.rooms import Head, LineageStart, Role, RoomKind


class RealmRole(StrEnum):
    """A user's standing in the realm."""

    ADMIN = "admin"
    MEMBER = "member"
    GUEST = "guest"


class Registration(StrEnum):
    """Who may claim a free name."""

    LINK = "link"  # whoever holds the join link's token
    OPEN = "open"
    CLOSED = "closed"


class Standing(StrEnum):
    """A user's relation to a room, as stored. No row means a stranger."""

    MEMBER = "member"
    FORMER = "former"
    BANNED = "banned"


@dataclass(frozen=True, slots=True)
class Realm:
    """What the deployment knows of itself. `lineage` is the current one; counters only rise."""

    id: bytes
    lineage: bytes
    next_user: int = 1
    next_device: int = 1
    next_room: int = 1
    next_handle: int = 1


@dataclass(frozen=True, slots=True)
class User:
    """A name, its confusable skeleton, and the personal topic of its owner."""

    id: int
    name: str
    skeleton: str
    role: RealmRole
    handle: bytes
    key: bytes
    created_us: int


@dataclass(frozen=True, slots=True)
class Device:
    """A CURVE public key (32 bytes) that belongs to a user."""

    id: int
    user: int
    key: bytes
    label: str
    created_us: int


@dataclass(frozen=True, slots=True)
class Room:
    """A room with its head and the handle and key of its current epoch.

    `name_key` is the name as it is compared; `posted` counts messages ever posted; `lineages`
    says which lineage each part of the log belongs to.
    """

    id: int
    name: str
    name_key: str
    kind: RoomKind
    description: str
    epoch: int
    handle: bytes
    key: bytes
    seq: int
    chain: bytes
    posted: int
    created_us: int
    lineages: tuple[LineageStart, ...]

    @property
    def head(self) -> Head:
        """The room's head, as it travels."""
        return Head(self.id, self.seq, self.chain, self.epoch)


@dataclass(frozen=True, slots=True)
class Membership:
    """A user's relation to a room. `role` matters only while `standing` is MEMBER."""

    room: int
    user: int
    role: Role
    standing: Standing
    since_us: int


class StoredEvent(msgspec.Struct, frozen=True, gc=False):
    """One row of a room's log with its content, as the committer writes it.

    `user` is the sender's id; `ordinal` is the room's count of posted messages up to here.
    """

    room: int
    seq: int
    type: str
    sender: str
    user: int
    device: int
    time_us: int
    id: bytes
    body: bytes
    salt: bytes
    digest: bytes
    chain: bytes
    ordinal: int


class EarlierSend(msgspec.Struct, frozen=True, gc=False):
    """What the log knows of a send id: where it went, and enough to compare the content.

    `salt` is empty where the content is erased; then any repetition counts as the same.
    """

    room: int
    seq: int
    type: str
    time_us: int
    salt: bytes
    digest: bytes

    def repeats(self, item: SendItem) -> bool:
        """Whether `item` is this send once more, and not another content under its id."""
        if (self.room, self.type) != (item.room, item.type):
            return False
        return not self.salt or digest(item.body, self.salt) == self.digest


class View(Protocol):
    """What decisions may look at: the committed state with the batch's own changes on top."""

    @property
    def realm(self) -> Realm:
        """The realm's identity and counters."""

    def user(self, user: int) -> User | None:
        """A user by id."""

    def user_named(self, skeleton: str) -> User | None:
        """The user whose name has this confusable skeleton."""

    def device_of(self, key: bytes) -> Device | None:
        """The device with this CURVE public key."""

    def room(self, room: int) -> Room | None:
        """A room by id."""

    def room_named(self, name_key: str) -> Room | None:
        """A room by its compared name."""

    def membership(self, room: int, user: int) -> Membership | None:
        """A user's relation to a room."""

    def members(self, room: int) -> Iterable[int]:
        """The ids of a room's members."""
