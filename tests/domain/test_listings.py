"""Lists of devices, invitations and accounts: whole, in order, and for those who may see them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domain.cases import asks, further_device, on_device, realm_of, user
from tests.domain.realms import NOW, claim
from zmqchat.domain import listings
from zmqchat.domain.people import claim_name
from zmqchat.domain.realm_permissions import OPERATOR
from zmqchat.domain.state import Registration, Ticket, TicketKind, User
from zmqchat.errors import Code, Refused
from zmqchat.protocol.limits import LISTED_PER_PAGE
from zmqchat.protocol.people import DeviceEntry, InviteEntry, Presence, RealmRole, UserEntry
from zmqchat.protocol.requests import (
    Deactivate,
    Devices,
    Invites,
    MakeInvite,
    MakeLinkCode,
    RemoveDevice,
    RevokeInvite,
    Users,
)

_MEMBER = RealmRole.MEMBER


def _seen_us(device: int) -> int:
    return device * 10


def _is_online(device: int) -> bool:
    return device == 1


def _away(_user: int) -> Presence:
    return Presence.AWAY


def test_devices_that_are_in_are_listed_with_when_they_were_seen() -> None:
    state = realm_of("alice")
    alice = on_device(state, "alice")
    phone, tablet = (further_device(state, "alice", bytes([n]) * 32) for n in (7, 8))
    asks(state, alice, RemoveDevice(phone))
    expected = [
        DeviceEntry(1, "laptop", NOW, 10, True),
        DeviceEntry(tablet, "phone", NOW, tablet * 10, False),
    ]
    for request in (Devices(), Devices(1)):
        listed = listings.devices(state, alice, request, _seen_us, _is_online)
        assert listed.devices == expected
    assert listings.devices(state, OPERATOR, Devices(1), _seen_us, _is_online) == listed


def test_only_administrators_see_the_devices_of_others() -> None:
    state = realm_of("alice", "bob", admins=("ada",))
    bob, ada = on_device(state, "bob"), on_device(state, "ada")
    for number, code in ((1, Code.FORBIDDEN), (9, Code.FORBIDDEN)):
        with pytest.raises(Refused) as refused:
            listings.devices(state, bob, Devices(number), _seen_us, _is_online)
        assert refused.value.code is code
    assert len(listings.devices(state, ada, Devices(1), _seen_us, _is_online).devices) == 1
    for who, other in ((ada, 9), (OPERATOR, None)):
        with pytest.raises(Refused) as refused:
            listings.devices(state, who, Devices(other), _seen_us, _is_online)
        assert refused.value.code is Code.NOT_FOUND


def test_invitations_are_listed_newest_first_without_those_revoked() -> None:
    state = realm_of(admins=("ada",))
    ada = on_device(state, "ada")
    asks(state, ada, MakeInvite(RealmRole.GUEST, 60, "painter"), code_hash=b"1" * 32)
    asks(state, OPERATOR, MakeInvite(valid_s=60), code_hash=b"2" * 32)
    asks(state, OPERATOR, MakeInvite(), code_hash=b"3" * 32)
    asks(state, OPERATOR, RevokeInvite(3))
    asks(state, ada, MakeLinkCode(), code_hash=b"4" * 32)
    eve = replace(claim("eve"), token_hash=b"1" * 32)
    state.apply(claim_name(state, eve, Registration.INVITE, NOW).decision.changes)
    until_us, member = NOW + 60_000_000, RealmRole.MEMBER
    assert listings.invites(state, ada, Invites()).invites == [
        InviteEntry(2, "", member, "", NOW, until_us),
        InviteEntry(1, "painter", RealmRole.GUEST, "ada", NOW, until_us, "eve"),
    ]
    with pytest.raises(Refused):
        listings.invites(state, on_device(state, "eve"), Invites())


def test_accounts_are_listed_closed_ones_too() -> None:
    state = realm_of("carol", "bob", admins=("ada",))
    asks(state, OPERATOR, Deactivate("bob"))
    listed = listings.users(state, on_device(state, "ada"), Users(), _away)
    assert listed.users == [
        UserEntry(1, "carol", RealmRole.MEMBER, True, 1, Presence.AWAY, NOW),
        UserEntry(2, "bob", RealmRole.MEMBER, False, 1, Presence.AWAY, NOW),
        UserEntry(3, "ada", RealmRole.ADMIN, True, 1, Presence.AWAY, NOW),
    ]
    assert not listed.next
    with pytest.raises(Refused) as refused:
        listings.users(state, on_device(state, "carol"), Users(), _away)
    assert refused.value.code is Code.FORBIDDEN


def test_accounts_come_in_pages() -> None:
    state = realm_of("a")
    first = user(state, "a")
    count = LISTED_PER_PAGE + 5
    names = [f"u{n:05}" for n in range(count - 1)]
    others: list[User] = [
        replace(first, id=n + 2, name=name, skeleton=name) for n, name in enumerate(names)
    ]
    state.apply(others)
    page = listings.users(state, OPERATOR, Users(), _away)
    rest = listings.users(state, OPERATOR, Users(page.next), _away)
    assert (len(page.users), page.next) == (LISTED_PER_PAGE, LISTED_PER_PAGE)
    assert (len(rest.users), rest.next) == (5, 0)
    assert [entry.name for entry in page.users + rest.users] == ["a", *names]


def test_invitations_come_in_pages_newest_first() -> None:
    state = realm_of(admins=("ada",))
    count = LISTED_PER_PAGE + 5
    made = [
        Ticket(n, bytes([n % 256, n // 256]), TicketKind.INVITE, 0, _MEMBER, "", 0, NOW, NOW + 1)
        for n in range(1, count + 1)
    ]
    state.apply([*made, replace(made[-1], id=count + 1, hash=b"d", kind=TicketKind.DEVICE, user=1)])
    page = listings.invites(state, OPERATOR, Invites())
    rest = listings.invites(state, OPERATOR, Invites(page.next))
    assert (len(page.invites), len(rest.invites), rest.next) == (LISTED_PER_PAGE, 5, 0)
    numbers = [entry.invite for entry in page.invites + rest.invites]
    assert numbers == list(range(count, 0, -1))
