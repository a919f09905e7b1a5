"""Link codes, and changing the password."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domain.cases import asks, is_helpful, on_device, realm_of, user
from tests.domain.realms import NOW, token
from zmqchat.domain.batch import Batch
from zmqchat.domain.case import UNVERIFIED, Verified
from zmqchat.domain.credentials import KEPT_US, LINK_CODE_US, is_good, outlived
from zmqchat.domain.decision import NOTHING
from zmqchat.domain.draft import Draft, State
from zmqchat.domain.state import Ticket, TicketGone, TicketKind
from zmqchat.errors import Code, Refused
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.requests import MakeLinkCode, SetPassword


def test_a_link_code_is_good_for_ten_minutes() -> None:
    state = realm_of("alice")
    decision = asks(state, on_device(state, "alice"), MakeLinkCode(), code_hash=b"c" * 32)
    assert decision.until_us == NOW + LINK_CODE_US == NOW + 600_000_000
    ticket = state.ticket_hashed(b"c" * 32)
    assert ticket == Ticket(
        1, b"c" * 32, TicketKind.DEVICE, 1, RealmRole.MEMBER, "", 1, NOW, decision.until_us
    )
    assert state.realm.next_ticket == 2
    assert is_good(ticket, decision.until_us - 1)
    assert not is_good(ticket, decision.until_us)


def test_a_new_link_code_replaces_the_old_one_of_its_user_only() -> None:
    state = realm_of("alice", "bob")
    asks(state, on_device(state, "bob"), MakeLinkCode(), code_hash=b"b" * 32)
    for code in (b"1" * 32, b"2" * 32, b"3" * 32):
        asks(state, on_device(state, "alice"), MakeLinkCode(), code_hash=code)
    good = {ticket.hash for ticket in state.tickets() if is_good(ticket, NOW)}
    assert good == {b"b" * 32, b"3" * 32}


def test_codes_are_forgotten_some_time_after_their_use() -> None:
    state = realm_of("alice", "bob")
    asks(state, on_device(state, "alice"), MakeLinkCode(), code_hash=b"1" * 32)
    asks(state, on_device(state, "alice"), MakeLinkCode(), code_hash=b"2" * 32)  # revokes it
    asks(state, on_device(state, "bob"), MakeLinkCode(), code_hash=b"3" * 32)
    invite = replace(state.tickets()[0], id=9, hash=b"9" * 32, kind=TicketKind.INVITE)
    state.apply([replace(invite, spent_us=NOW, used_by=2)])
    day = KEPT_US[TicketKind.DEVICE]
    assert outlived(state, NOW + day - 1) == []
    work = Batch(state, {}, {}, NOW + day, token)
    work.forget_codes()
    assert state.ticket_hashed(b"1" * 32) is not None, "until it is committed"
    state.apply(work.changes())
    assert state.ticket_hashed(b"1" * 32) is None
    assert [ticket.hash for ticket in state.tickets()] == [b"2" * 32, b"3" * 32, b"9" * 32]
    assert {gone.hash for gone in outlived(state, NOW + 2 * day)} == {b"2" * 32, b"3" * 32}
    assert len(outlived(state, NOW + KEPT_US[TicketKind.INVITE])) == 3
    assert state.realm.next_ticket == 4, "an id is given once"


def test_a_code_that_a_batch_forgets_is_not_there_for_the_rest_of_it() -> None:
    state = realm_of("alice")
    asks(state, on_device(state, "alice"), MakeLinkCode(), code_hash=b"1" * 32)
    draft = Draft(state)
    draft.put(TicketGone(1, b"1" * 32))
    assert draft.ticket(1) is None
    assert draft.ticket_hashed(b"1" * 32) is None
    assert draft.tickets() == []
    assert list(draft.changes()) == [TicketGone(1, b"1" * 32)]


def _set(state: State, password_hash: str, old: Verified = UNVERIFIED) -> None:
    asks(state, on_device(state, "alice"), SetPassword("?"), password_hash=password_hash, old=old)


def test_a_password_is_set_changed_and_taken_away_by_who_knows_it() -> None:
    state = realm_of("alice")
    _set(state, "one")
    _set(state, "two", Verified(1, "one"))
    assert user(state, "alice").password == "two"
    _set(state, "", Verified(1, "two"))
    assert user(state, "alice").password == ""
    _set(state, "three")
    assert user(state, "alice").password == "three"


@pytest.mark.parametrize(
    "old", [UNVERIFIED, Verified(1, "other"), Verified(2, "one"), Verified(1, "")]
)
@pytest.mark.parametrize("new", ["two", ""])
def test_without_the_old_password_it_stays(old: Verified, new: str) -> None:
    state = realm_of("alice", "bob")
    _set(state, "one")
    with pytest.raises(Refused) as refused:
        _set(state, new, old)
    assert refused.value.code is Code.BAD_CREDENTIALS
    assert is_helpful(refused.value)
    assert user(state, "alice").password == "one"


def test_taking_away_what_is_not_there_changes_nothing() -> None:
    state = realm_of("alice")
    assert asks(state, on_device(state, "alice"), SetPassword("")) == NOTHING
