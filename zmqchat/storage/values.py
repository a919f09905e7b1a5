"""What goes into and comes out of the store, besides the domain's own values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from zmqchat.domain.state import (
    Device,
    FormerName,
    Ignored,
    Membership,
    Reading,
    Realm,
    Room,
    Ticket,
    User,
)
from zmqchat.protocol.events import Event


class Durability(StrEnum):
    """What "acknowledged" survives: FULL a loss of power, RELAXED only the death of a process."""

    FULL = "full"
    RELAXED = "relaxed"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that the server decides on, read in one transaction; logs are not in it."""

    realm: Realm
    users: list[User]
    devices: list[Device]
    rooms: list[Room]
    memberships: list[Membership]
    former_names: list[FormerName]
    readings: list[Reading]
    ignored: list[Ignored]
    tickets: list[Ticket]


class Stretch(NamedTuple):
    """The events of `room` with `after` < seq <= `last`, which are 64-bit numbers."""

    room: int
    after: int
    last: int


class Followed(NamedTuple):
    """The events of a stretch, without a hole, and the chain that they follow on.

    `chain` is b"" where the log has no such seq: also at 0, which is the genesis.
    """

    chain: bytes
    events: list[Event]
