"""How many names and rooms there may be, by who makes them: a join link is in many hands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from zmqchat.domain.state import User, View
from zmqchat.errors import Code, Refused
from zmqchat.protocol.limits import ROOMS_PER_USER
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.rooms import RoomKind

ROOMS_MADE: Final = 500
"""Rooms that one person makes, conversations not counted; administrators make any number."""

ALWAYS_MADE: Final = 20
"""Rooms, and as many conversations, that each person makes also when others have used up what the
link allows."""


@dataclass(frozen=True, slots=True)
class Quotas:
    """What the join link allows: names claimed without an invitation, and the rooms of these."""

    names: int = 10_000
    rooms: int = 100_000


DEFAULT: Final = Quotas()


def check_name(view: View, quotas: Quotas) -> None:
    """Refused where the link has let in as many names as it may."""
    names, _ = view.by_link()
    if names >= quotas.names:
        raise Refused(
            Code.REGISTRATION_CLOSED,
            f"The join link has let in {names:,} names, as many as it may; nothing was made. Ask "
            "an administrator for an invitation.",
        )


def check_room(view: View, maker: User, kind: RoomKind, quotas: Quotas) -> None:
    """Refused where somebody, or all whom the link let in, have made as many rooms as they may."""
    if maker.role is RealmRole.ADMIN:
        return
    made = view.made_by(maker.id, direct=kind is RoomKind.DIRECT)
    if kind is not RoomKind.DIRECT and made >= ROOMS_MADE:
        raise Refused(
            Code.FORBIDDEN,
            f"You have made {made:,} rooms, as many as one person may; nothing was made. An "
            "administrator makes more.",
        )
    _, rooms = view.by_link()
    if maker.by_link and rooms >= quotas.rooms and made >= ALWAYS_MADE:
        raise Refused(
            Code.FORBIDDEN,
            f"Those who came in by the join link have made {rooms:,} rooms, as many as they may; "
            "nothing was made. An administrator makes more.",
        )


def check_entry(view: View, user: User) -> None:
    """Refused where somebody is in as many rooms as one can be: all of them travel in one list."""
    if view.room_count(user.id) >= ROOMS_PER_USER:
        raise Refused(
            Code.FORBIDDEN,
            f"{user.name} is in {ROOMS_PER_USER:,} rooms, as many as one can be in. Nothing was "
            "changed; leaving some makes place.",
        )
