"""Invitations: who they are for, how long they are good, how many there may be."""

from __future__ import annotations

import pytest

from tests.domain.cases import asks, is_helpful, on_device, realm_of
from tests.domain.realms import NOW, claim
from zmqchat.domain.decision import NOTHING
from zmqchat.domain.invites import LONGEST_S, SHORTEST_S, open_invites
from zmqchat.domain.people import Claim, claim_name
from zmqchat.domain.realm_permissions import OPERATOR
from zmqchat.domain.state import Registration, Ticket, TicketKind
from zmqchat.errors import Code, Refused
from zmqchat.protocol.limits import INVITES_OPEN
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.requests import MakeInvite, MakeLinkCode, RevokeInvite

_CODE = b"c" * 32


def test_an_invitation_says_who_made_it_and_until_when_it_is_good() -> None:
    state = realm_of(admins=("ada",))
    request = MakeInvite(RealmRole.GUEST, 3600, "  the  painter ")
    decision = asks(state, on_device(state, "ada"), request, code_hash=_CODE)
    until_us = NOW + 3_600_000_000
    assert decision.until_us == until_us
    assert state.ticket(1) == Ticket(
        1, _CODE, TicketKind.INVITE, 0, RealmRole.GUEST, "the painter", 1, NOW, until_us
    )
    asks(state, OPERATOR, MakeInvite(), code_hash=b"o" * 32)
    made = state.ticket(2)
    assert made is not None
    assert made.made_by == 0
    assert open_invites(state, NOW) == state.tickets()
    assert [each.id for each in open_invites(state, until_us)] == [2]


@pytest.mark.parametrize(
    "request_",
    [
        MakeInvite(RealmRole.ADMIN),
        MakeInvite(valid_s=SHORTEST_S - 1),
        MakeInvite(valid_s=LONGEST_S + 1),
        MakeInvite(valid_s=-5),
        MakeInvite(label="a\x1bb"),
    ],
)
def test_what_an_invitation_cannot_be(request_: MakeInvite) -> None:
    state = realm_of()
    with pytest.raises(Refused) as refused:
        asks(state, OPERATOR, request_, code_hash=_CODE)
    assert refused.value.code is Code.BAD_REQUEST
    assert is_helpful(refused.value)
    assert state.tickets() == []


def test_open_invitations_are_bounded_and_those_that_are_over_do_not_count() -> None:
    state = realm_of()
    for number in range(INVITES_OPEN):
        asks(state, OPERATOR, MakeInvite(valid_s=60), code_hash=number.to_bytes(32, "big"))
    with pytest.raises(Refused) as refused:
        asks(state, OPERATOR, MakeInvite(), code_hash=_CODE)
    assert refused.value.code is Code.FORBIDDEN
    assert is_helpful(refused.value)
    asks(state, OPERATOR, RevokeInvite(5))
    asks(state, OPERATOR, MakeInvite(valid_s=60), code_hash=_CODE)
    asks(state, OPERATOR, MakeInvite(), NOW + 60_000_000, code_hash=b"d" * 32)


def test_revoking_is_harmless_twice_and_too_late_once_it_was_used() -> None:
    state = realm_of()
    asks(state, OPERATOR, MakeInvite(), code_hash=_CODE)
    asks(state, OPERATOR, MakeInvite(), code_hash=b"d" * 32)
    asks(state, OPERATOR, RevokeInvite(1))
    assert asks(state, OPERATOR, RevokeInvite(1)) == NOTHING
    asked = Claim(claim("eve").key, "eve", "", False, token_hash=b"d" * 32)
    claimed = claim_name(state, asked, Registration.INVITE, NOW)
    state.apply(claimed.decision.changes)
    with pytest.raises(Refused) as refused:
        asks(state, OPERATOR, RevokeInvite(2))
    assert refused.value.code is Code.FORBIDDEN
    assert is_helpful(refused.value)


def test_a_link_code_cannot_be_revoked_as_an_invitation() -> None:
    state = realm_of("alice")
    asks(state, on_device(state, "alice"), MakeLinkCode(), code_hash=_CODE)
    for number in (1, 0, 99):
        with pytest.raises(Refused) as refused:
            asks(state, OPERATOR, RevokeInvite(number))
        assert refused.value.code is Code.NOT_FOUND
