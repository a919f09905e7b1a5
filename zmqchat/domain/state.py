"""The values that a realm consists of, and the read-only view that decisions are made on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import msgspec

from zmqchat.protocol.chain import digest
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.requests import SendItem
from zmqchat.protocol.rooms import Head, Level, LineageStart, Role, RoomKind


class Registration(StrEnum):
    """Who may claim a free name."""

    LINK = "link"  # whoever holds the join link's token, or an invitation
    OPEN = "open"
    INVITE = "invite"  # whoever holds an invitation: each is good for one name
    CLOSED = "closed"


class Standing(StrEnum):
    """A user's relation to a room, as stored. No row means a stranger."""

    MEMBER = "member"
    INVITED = "invited"  # by somebody whom the user ignores: it may enter, and is not in
    FORMER = "former"
    BANNED = "banned"


@dataclass(frozen=True, slots=True)
class Realm:
    """What the deployment knows of itself. `lineage` is the current one; counters only rise."""

    id: bytes
    lineage: bytes
    next_user: int = 1
    next_device: int = 1
    next_handle: int = 1
    next_ticket: int = 1


@dataclass(frozen=True, slots=True)
class User:
    """A name, its confusable skeleton, and the handle of its owner's personal topic.

    `display`, `status` and `picture` (the digest of the picture, or b"") are how the user is shown;
    `password` is an argon2id hash ("": none). A user who is not `active` has no way in. `by_link`
    says that the name was claimed without an invitation.
    """

    id: int
    name: str
    skeleton: str
    role: RealmRole
    handle: bytes
    created_us: int
    display: str = ""
    status: str = ""
    picture: bytes = b""
    password: str = ""
    active: bool = True
    by_link: bool = False


@dataclass(frozen=True, slots=True)
class Device:
    """A CURVE public key (32 bytes) of a user; out for good once `removed_us` is set."""

    id: int
    user: int
    key: bytes
    label: str
    created_us: int
    removed_us: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """A room with its head and the handle and key of its current epoch.

    `name_key` is the name as it is compared; the epoch began behind `epoch_seq`, at `epoch_us`;
    `posted` counts messages ever posted; `lineages` says which lineage each part of the log belongs
    to. A direct room has no name; its `name_key` is made of its people. `made_by` is the id of who
    made it (0: the realm itself).
    """

    id: int
    name: str
    name_key: str
    kind: RoomKind
    description: str
    epoch: int
    epoch_seq: int
    epoch_us: int
    handle: bytes
    key: bytes
    seq: int
    chain: bytes
    posted: int
    created_us: int
    lineages: tuple[LineageStart, ...]
    archived: bool = False
    made_by: int = 0

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


@dataclass(frozen=True, slots=True)
class Reading:
    """What a user keeps about a room: read up to `seq`, where the room's posted count is `posted`.

    `version` is the user's account version at which this was put; a user's version is the highest.
    """

    room: int
    user: int
    seq: int
    posted: int
    level: Level
    muted: bool
    version: int


@dataclass(frozen=True, slots=True)
class Ignored:
    """Whether `user` wants to see nothing of `other`; `version` as in Reading."""

    user: int
    other: int
    on: bool
    version: int


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that `user` gave up: its skeleton stays the user's own, and is not given away."""

    skeleton: str
    name: str
    user: int


class TicketKind(StrEnum):
    """What a one-time code is good for."""

    INVITE = "invite"  # one new name
    DEVICE = "device"  # a further device of `user`


@dataclass(frozen=True, slots=True)
class Ticket:
    """A one-time code, kept as the 32-byte hash of it, good until `until_us` or until it is spent.

    `user` is whose device it lets in (0 for an invitation), `made_by` who made it (0: the
    operator), `used_by` whom it let in; `spent_us` is set when it was used or revoked.
    """

    id: int
    hash: bytes
    kind: TicketKind
    user: int
    role: RealmRole
    label: str
    made_by: int
    created_us: int
    until_us: int
    spent_us: int = 0
    used_by: int = 0


@dataclass(frozen=True, slots=True)
class TicketGone:
    """The one-time code with this id and hash is forgotten."""

    id: int
    hash: bytes


class StoredEvent(msgspec.Struct, frozen=True, gc=False):
    """One row of a room's log with its content, as the committer writes it.

    `sender` is an id and `name` what it was called then; `ordinal` is the room's count of posted
    messages up to here.
    """

    room: int
    seq: int
    type: str
    sender: int
    name: str
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


def repeats(known: EarlierSend | StoredEvent, item: SendItem) -> bool:
    """Whether `item` is this send once more, and not another content under its id."""
    if (known.room, known.type) != (item.room, item.type):
        return False
    return not known.salt or digest(item.body, known.salt) == known.digest


class View(Protocol):
    """What decisions may look at: the committed state with the batch's own changes on top."""

    @property
    def realm(self) -> Realm:
        """The realm's identity and counters."""

    def user(self, user: int) -> User | None:
        """A user by id."""

    def user_named(self, skeleton: str) -> User | None:
        """The user whose name has this confusable skeleton."""

    def former_name(self, skeleton: str) -> FormerName | None:
        """Whose name this skeleton was, before a renaming."""

    def former_names(self, user: int) -> Iterable[FormerName]:
        """The names that a user had before, the present one among them if it is back."""

    def admins(self) -> Iterable[int]:
        """The ids of the administrators whose accounts are open."""

    def device(self, device: int) -> Device | None:
        """A device by id."""

    def device_of(self, key: bytes) -> Device | None:
        """The device with this CURVE public key."""

    def devices_of(self, user: int) -> Iterable[Device]:
        """A user's devices that are in, oldest first."""

    def ticket(self, ticket: int) -> Ticket | None:
        """A one-time code by id."""

    def ticket_hashed(self, code_hash: bytes) -> Ticket | None:
        """The one-time code with this hash."""

    def tickets(self) -> Iterable[Ticket]:
        """Every one-time code that is kept."""

    def room(self, room: int) -> Room | None:
        """A room by id."""

    def room_named(self, name_key: str) -> Room | None:
        """A room by its compared name."""

    def membership(self, room: int, user: int) -> Membership | None:
        """A user's relation to a room."""

    def members(self, room: int) -> Iterable[int]:
        """The ids of a room's members."""

    def audience(self, room: int) -> int:
        """How many members a room has."""

    def rooms_of(self, user: int) -> Iterable[int]:
        """The ids of the rooms that a user is a member of."""

    def room_count(self, user: int) -> int:
        """How many rooms a user is a member of."""

    def made_by(self, user: int, *, direct: bool = False) -> int:
        """How many rooms a user has made, or (`direct`) how many conversations."""

    def by_link(self) -> tuple[int, int]:
        """How many names came in without an invitation, and how many rooms they have made."""

    def reading(self, room: int, user: int) -> Reading | None:
        """What a user keeps about a room."""

    def ignored(self, user: int, other: int) -> Ignored | None:
        """Whether a user ignores another; None: never said."""

    def ignored_by(self, user: int) -> Iterable[int]:
        """The ids of those whom a user ignores."""

    def account_version(self, user: int) -> int:
        """The highest version of what a user keeps (0: nothing)."""
