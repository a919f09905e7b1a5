"""Lists of devices, invitations and accounts, as they travel; read from the state at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from zmqchat.domain.acquaintance import nobody
from zmqchat.domain.acquaintance import who as whom
from zmqchat.domain.draft import State
from zmqchat.domain.realm_permissions import Asker, Asking, require_realm
from zmqchat.domain.state import Device, Reading, Ticket
from zmqchat.errors import Code, Refused
from zmqchat.protocol.limits import LISTED_PER_PAGE
from zmqchat.protocol.people import DeviceEntry, InviteEntry, Presence, UserEntry
from zmqchat.protocol.replies import DeviceList, InviteList, UserList
from zmqchat.protocol.requests import Account, Devices, Invites, Users
from zmqchat.protocol.who import Who

LAST: Final = 2**63 - 1
"""Above every id."""


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


def invites(state: State, who: Asking, request: Invites) -> InviteList:
    """A page of invitations; revoked ones are left out."""
    require_realm(who, Invites)
    page = state.invites_before(request.before or LAST, LISTED_PER_PAGE)
    found = (state.ticket(number) for number in page)
    told = [each for each in found if each is not None and (each.used_by or not each.spent_us)]
    return InviteList([_invite(state, ticket) for ticket in told], next_page(page))


def users(
    state: State, who: Asking, request: Users, presence: Callable[[int], Presence]
) -> UserList:
    """A page of accounts; `presence` is that of a user id."""
    require_realm(who, Users)
    page = state.users_after(request.after, LISTED_PER_PAGE)
    found = (state.user(number) for number in page)
    told = [
        UserEntry(
            user.id,
            user.name,
            user.role,
            user.active,
            len(state.devices_of(user.id)),
            presence(user.id),
            user.created_us,
        )
        for user in filter(None, found)
    ]
    return UserList(told, next_page(page))


def next_page(page: list[int]) -> int:
    """Behind which id the next page begins; 0 behind a page that is not full."""
    return page[-1] if len(page) == LISTED_PER_PAGE else 0


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
