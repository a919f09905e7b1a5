"""Lists of devices, invitations and accounts, as they travel; read from the state at once."""

from __future__ import annotations

from collections.abc import Callable

from zmqchat.domain.acquaintance import nobody
from zmqchat.domain.acquaintance import who as whom
from zmqchat.domain.draft import State
from zmqchat.domain.realm_permissions import Asker, Asking, require_realm
from zmqchat.domain.state import Device, Reading, Ticket, TicketKind
from zmqchat.errors import Code, Refused
from zmqchat.protocol.limits import INVITES_OPEN, MEMBERS_PER_PAGE
from zmqchat.protocol.people import DeviceEntry, InviteEntry, Presence, UserEntry
from zmqchat.protocol.replies import DeviceList, InviteList, UserList
from zmqchat.protocol.requests import Account, Devices, Invites, Users
from zmqchat.protocol.who import Who


def devices(
    state: State,
    who: Asking,
    request: Devices,
    seen_us: Callable[[int], int],
    is_online: Callable[[int], bool],
) -> DeviceList:
    """The asker's devices; of others for administrators. The callables know about a device id."""
    require_realm(who, Devices)
    user = who.user if who.user and request.user in {None, who.user.id} else None
    if user is None:
        if who.asker not in {Asker.ADMIN, Asker.OPERATOR}:
            raise Refused(Code.FORBIDDEN, "Only administrators see the devices of others.")
        user = state.user(request.user or 0)
    if user is None:
        raise nobody(request.user or 0)

    def entry(device: Device) -> DeviceEntry:
        number = device.id
        seen, online = seen_us(number), is_online(number)
        return DeviceEntry(number, device.label, device.created_us, seen, online)

    return DeviceList(list(map(entry, state.devices_of(user.id))))


def invites(state: State, who: Asking) -> InviteList:
    """The newest invitations, as many as may be open; revoked ones are left out."""
    require_realm(who, Invites)
    found = [
        ticket
        for ticket in state.tickets()
        if ticket.kind is TicketKind.INVITE and (ticket.used_by or not ticket.spent_us)
    ]
    newest = sorted(found, key=lambda ticket: ticket.id, reverse=True)[:INVITES_OPEN]
    return InviteList([_invite(state, ticket) for ticket in newest])


def users(
    state: State, who: Asking, request: Users, presence: Callable[[int], Presence]
) -> UserList:
    """A page of accounts, by name; `presence` is that of a user id."""
    require_realm(who, Users)
    found = sorted(
        (user for user in list(state.users.values()) if user.name > request.after),
        key=lambda user: user.name,
    )
    page = [
        UserEntry(
            user.id,
            user.name,
            user.role,
            user.active,
            len(state.devices_of(user.id)),
            presence(user.id),
            user.created_us,
        )
        for user in found[:MEMBERS_PER_PAGE]
    ]
    return UserList(page, more=len(found) > MEMBERS_PER_PAGE)


def readings_since(state: State, user: int, request: Account) -> tuple[int, list[Reading]]:
    """The user's account version, and what changed of the readings after `request.since` (0: all).

    The version is read first: what is put meanwhile is told once more, and never left out.
    """
    version = state.account_version(user)
    readings = state.readings_of(user)
    if request.since <= 0:
        return version, readings
    return version, [each for each in readings if each.version > request.since]


def ignored_people(state: State, user: int) -> list[Who]:
    """All whom the user ignores, by name."""
    found = (state.user(other) for other in state.ignored_by(user))
    return sorted(map(whom, filter(None, found)), key=lambda other: other.name)


def _invite(state: State, ticket: Ticket) -> InviteEntry:
    return InviteEntry(
        ticket.id,
        ticket.label,
        ticket.role,
        _name(state, ticket.made_by),
        ticket.created_us,
        ticket.until_us,
        _name(state, ticket.used_by),
    )


def _name(state: State, user: int) -> str:
    found = state.user(user)
    return found.name if found else ""
