"""Who may ask for what in the realm: one table over every request, default deny.

That a request may be asked does not mean that it is granted: rooms have a table of their own
(`permissions`), and each decision looks at its object.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from zmqchat.domain.state import User, View
from zmqchat.errors import Code, Refused
from zmqchat.protocol import requests as ask
from zmqchat.protocol.people import RealmRole


class Asker(StrEnum):
    """What whoever asks is to the realm, at the moment of the decision."""

    NOBODY = "nobody"  # a connection that has not said hello
    REMOVED = "removed"  # a device that was removed
    DEACTIVATED = "deactivated"  # a device of a closed account
    GUEST = "guest"
    MEMBER = "member"
    ADMIN = "admin"
    OPERATOR = "operator"  # whoever holds the operator's key; has no name and no rooms


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks: `user` on `device`, as they are now; None and 0 for nobody and the operator."""

    asker: Asker
    user: User | None = None
    device: int = 0


NOBODY = Asking(Asker.NOBODY)
OPERATOR = Asking(Asker.OPERATOR)

_USERS = frozenset({Asker.GUEST, Asker.MEMBER, Asker.ADMIN})
_MEMBERS = frozenset({Asker.MEMBER, Asker.ADMIN})
_ADMINS = frozenset({Asker.ADMIN, Asker.OPERATOR})

REALM_PERMISSIONS: dict[type[Any], frozenset[Asker]] = {
    ask.Hello: _USERS | {Asker.NOBODY},
    ask.Heartbeat: _USERS,
    ask.SetPresence: _USERS,
    ask.Bye: _USERS,
    ask.Send: _USERS,
    ask.CatchUp: _USERS,
    ask.Chains: _USERS,
    ask.History: _USERS,
    ask.Thread: _USERS,
    ask.OneMessage: _USERS,
    ask.Pins: _USERS,
    ask.Search: _USERS,
    ask.Rooms: _USERS,
    ask.FindRoom: _USERS,
    ask.OpenRooms: _USERS,
    # Guests are where they were invited, and nowhere else: they make no rooms but conversations,
    # and these with people whom they share a room with (`direct`).
    ask.CreateRoom: _MEMBERS,
    ask.OpenDirect: _USERS,
    ask.Members: _USERS,
    ask.FindPeople: _USERS | {Asker.OPERATOR},
    ask.KnowPeople: _USERS,
    ask.SetTyping: _USERS,
    ask.Account: _USERS,
    ask.MarkRead: _USERS,
    ask.SetRoom: _USERS,
    ask.Ignore: _USERS,
    ask.SetProfile: _USERS,
    ask.Picture: _USERS,
    ask.Devices: _USERS | {Asker.OPERATOR},
    ask.LabelDevice: _USERS,
    ask.RemoveDevice: _USERS | {Asker.OPERATOR},
    ask.MakeLinkCode: _USERS,
    ask.SetPassword: _USERS,
    ask.MakeInvite: _ADMINS,
    ask.Invites: _ADMINS,
    ask.RevokeInvite: _ADMINS,
    ask.Users: _ADMINS,
    ask.SetRealmRole: _ADMINS,
    ask.Deactivate: _ADMINS,
    ask.Reactivate: _ADMINS,
    ask.RenameUser: _ADMINS,
    ask.Recover: _ADMINS,
    ask.Leaderless: _ADMINS,
    ask.AppointOwner: _ADMINS,
}

_OF_ROLE = {
    RealmRole.GUEST: Asker.GUEST,
    RealmRole.MEMBER: Asker.MEMBER,
    RealmRole.ADMIN: Asker.ADMIN,
}
_NO_ONE: frozenset[Asker] = frozenset()


def asking(view: View, device: int) -> Asking:
    """Who asks on a device (0: on none), as of now: a session may have outlived its rights."""
    held = view.device(device)
    user = view.user(held.user) if held else None
    if held is None or user is None:
        return NOBODY
    if held.removed_us:
        return Asking(Asker.REMOVED, user, device)
    if not user.active:
        return Asking(Asker.DEACTIVATED, user, device)
    return Asking(_OF_ROLE[user.role], user, device)


def may_ask(asker: Asker, request: type[Any]) -> bool:
    """Whether the table permits it."""
    return asker in REALM_PERMISSIONS.get(request, _NO_ONE)


def require_realm(who: Asking, request: type[Any]) -> None:
    """Refused where `who` may not ask for this at all."""
    if may_ask(who.asker, request):
        return
    match who.asker:
        case Asker.NOBODY:
            raise Refused(Code.NO_SESSION, "This connection has not said hello.", 0.0)
        case Asker.REMOVED:
            raise device_removed()
        case Asker.DEACTIVATED:
            raise deactivated()
        case Asker.GUEST if request is ask.CreateRoom:
            raise Refused(
                Code.FORBIDDEN,
                "Guests open no rooms of their own; nothing was made. Ask a member to make the "
                "room and to invite you.",
            )
        case Asker.OPERATOR:
            raise Refused(
                Code.FORBIDDEN,
                "The operator has no name and no rooms: this needs a person's own session.",
            )
        case _:
            raise Refused(
                Code.FORBIDDEN, "Only administrators may do this; nothing was changed. Ask one."
            )


def device_removed() -> Refused:
    """Why a device that was removed gets nothing."""
    return Refused(
        Code.DEVICE_REMOVED,
        "This device was removed from its account and stays out; what it holds already is safe. "
        "To use the account here again, make a new profile with the password or a link code.",
    )


def deactivated() -> Refused:
    """Why nobody gets in under a closed account."""
    return Refused(
        Code.DEACTIVATED,
        "This account was closed by an administrator; its messages are kept. "
        "Ask an administrator to open it again.",
    )
