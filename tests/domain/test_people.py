"""Who gets a name: registration, keys, invitations, and further devices by password or code."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from tests.domain.cases import (
    asks,
    further_device,
    is_helpful,
    on_device,
    realm_of,
    user,
)
from tests.domain.realms import NOW, claim, founded
from zmqchat.domain.case import Verified
from zmqchat.domain.decision import NOTHING, Recorded
from zmqchat.domain.draft import Draft, State
from zmqchat.domain.people import Claim, Claimed, claim_name, password_to_compare, recognise
from zmqchat.domain.realm_permissions import OPERATOR
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Registration, Standing, Ticket
from zmqchat.errors import ChatError, Code, Refused
from zmqchat.protocol.events import Joined
from zmqchat.protocol.limits import DEVICES_PER_USER, LABEL_CHARACTERS
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.requests import (
    Deactivate,
    MakeInvite,
    MakeLinkCode,
    RemoveDevice,
    RenameUser,
    RevokeInvite,
    SetPassword,
)
from zmqchat.protocol.topics import handle

_ALICE = claim("alice").key
_NEW_KEY = b"n" * 32
_CYRILLIC = "\u0430lice"
_CODE = b"c" * 32
_MINUTE = 60_000_000


def _refused(state: State, asked: Claim, code: Code, now_us: int = NOW) -> ChatError:
    with pytest.raises(ChatError) as refused:
        claim_name(state, asked, Registration.LINK, now_us)
    assert refused.value.code is code
    assert code is Code.NAME_INVALID or is_helpful(refused.value)
    return refused.value


def _in(state: State, asked: Claim, registration: Registration = Registration.LINK) -> Claimed:
    claimed = claim_name(state, asked, registration, NOW)
    state.apply(claimed.decision.changes)
    return claimed


# ── free names ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("registration", "holds_link"), list(product(Registration, [True, False])))
def test_a_free_name_goes_to_whom_the_registration_lets_in(
    registration: Registration, holds_link: bool
) -> None:
    state = founded()
    asked = claim("alice", holds_link=holds_link)
    open_to = registration is Registration.OPEN or (
        registration is Registration.LINK and holds_link
    )
    if not open_to:
        with pytest.raises(ChatError) as refused:
            claim_name(state, asked, registration, NOW)
        assert refused.value.code is Code.REGISTRATION_CLOSED
        return
    before = state.realm
    claimed = _in(state, asked, registration)
    assert (claimed.user.name, claimed.user.id, claimed.device.user) == ("alice", 1, 1)
    assert claimed.device.key == asked.key
    assert (state.realm.next_user, state.realm.next_device) == (2, 2)
    assert state.realm.next_handle == before.next_handle + 1
    assert claimed.user.handle == handle(before.next_handle)
    assert state.user(1) == claimed.user
    assert state.devices_of(1) == [claimed.device]
    joined = Recorded(GENERAL_ID, claimed.user, claimed.device.id, Joined(1, "alice"))
    assert claimed.decision.events == (joined,)
    membership = state.membership(GENERAL_ID, 1)
    assert membership is not None
    assert membership.standing is Standing.MEMBER


def test_a_new_user_has_read_what_was_said_before() -> None:
    state = founded()
    general = replace(state.rooms[GENERAL_ID], seq=9, posted=7)
    state.apply([general])
    alice = _in(state, claim("alice")).user
    reading = state.reading(GENERAL_ID, alice.id)
    assert reading is not None
    assert (reading.seq, reading.posted, reading.version) == (9, 7, 1)


@pytest.mark.parametrize("name", ["", "admin", "a b", "\u202ealice", "x" * 33, "\x1b[2J"])
def test_what_cannot_be_a_name_is_refused(name: str) -> None:
    _refused(founded(), claim(name, key=_NEW_KEY), Code.NAME_INVALID)


def test_an_unknown_key_with_a_free_name_is_not_recognised() -> None:
    assert recognise(founded(), claim("alice")) is None


# ── keys that are known, names that are taken ────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("registration", "holds_link", "name"),
    list(product(Registration, [True, False], ["alice", "ALICE"])),
)
def test_a_known_key_has_its_name_whatever_the_registration(
    registration: Registration, holds_link: bool, name: str
) -> None:
    state = realm_of("alice")
    asked = claim(name, key=_ALICE, holds_link=holds_link)
    claimed = claim_name(state, asked, registration, NOW)
    assert (claimed.user, claimed.decision) == (user(state, "alice"), NOTHING)
    assert recognise(state, asked) == claimed


@pytest.mark.parametrize("name", ["alice", "Alice", _CYRILLIC, "a1ice", "aIice"])
def test_a_name_that_is_taken_or_looks_so_is_refused_to_another_key(name: str) -> None:
    error = _refused(realm_of("alice"), claim(name, key=_NEW_KEY), Code.NAME_TAKEN)
    assert "'alice'" in error.message


@pytest.mark.parametrize("name", ["bob", "carol"])
def test_a_device_speaks_under_its_own_name_only(name: str) -> None:
    error = _refused(realm_of("alice", "bob"), claim(name, key=_ALICE), Code.FORBIDDEN)
    assert "'alice'" in error.message


def test_a_removed_key_is_out_for_good_under_any_name_and_with_any_secret() -> None:
    state = realm_of("alice", "bob")
    phone = further_device(state, "alice", _NEW_KEY)
    alice = on_device(state, "alice")
    asks(state, alice, RemoveDevice(phone))
    asks(state, alice, MakeLinkCode(), code_hash=_CODE)
    for name in ("alice", "bob", "dora"):
        _refused(state, claim(name, key=_NEW_KEY), Code.DEVICE_REMOVED)
        with_code = replace(claim(name, key=_NEW_KEY), code_hash=_CODE)
        _refused(state, with_code, Code.DEVICE_REMOVED)
    ticket = state.ticket_hashed(_CODE)
    assert ticket is not None
    assert not ticket.spent_us


def test_a_closed_account_has_no_way_in() -> None:
    state = realm_of("alice")
    asks(state, on_device(state, "alice"), SetPassword("x"), password_hash="hash")
    state.apply([replace(user(state, "alice"), active=False)])
    _refused(state, claim("alice"), Code.DEACTIVATED)
    right = replace(claim("alice", key=_NEW_KEY), password=Verified(1, "hash"))
    _refused(state, right, Code.DEACTIVATED)
    # Whether it is closed is told only to those whose account it is.
    _refused(state, replace(right, password=Verified()), Code.BAD_CREDENTIALS)
    _refused(state, claim("alice", key=_NEW_KEY), Code.NAME_TAKEN)


def test_after_a_renaming_the_old_name_still_finds_its_user_and_nobody_else_gets_it() -> None:
    state = realm_of("alice")
    asks(state, OPERATOR, RenameUser("alice", "alicia"))
    for name in ("alice", "alicia"):
        assert claim_name(state, claim(name, key=_ALICE), Registration.LINK, NOW).user.name == (
            "alicia"
        )
    for name in ("alice", _CYRILLIC, "alicia"):
        error = _refused(state, claim(name, key=_NEW_KEY), Code.NAME_TAKEN)
        assert "'alicia'" in error.message


# ── invitations ──────────────────────────────────────────────────────────────────────────────────


def _invited(role: RealmRole = RealmRole.MEMBER) -> State:
    state = founded()
    asks(state, OPERATOR, MakeInvite(role, valid_s=60), code_hash=_CODE)
    return state


def _with_invite(name: str = "alice", key: bytes | None = None) -> Claim:
    return replace(claim(name, key=key, holds_link=False), token_hash=_CODE)


def _ticket(state: State) -> Ticket:
    ticket = state.ticket_hashed(_CODE)
    assert ticket is not None
    return ticket


@pytest.mark.parametrize(
    "registration", [Registration.LINK, Registration.OPEN, Registration.INVITE]
)
@pytest.mark.parametrize("role", [RealmRole.MEMBER, RealmRole.GUEST])
def test_an_invitation_makes_one_name_with_its_role(
    registration: Registration, role: RealmRole
) -> None:
    state = _invited(role)
    claimed = _in(state, _with_invite(), registration)
    assert claimed.user.role is role
    assert (_ticket(state).spent_us, _ticket(state).used_by) == (NOW, claimed.user.id)
    # Guests are only where they are invited to.
    in_general = state.membership(GENERAL_ID, claimed.user.id) is not None
    assert in_general is (role is RealmRole.MEMBER)
    assert bool(claimed.decision.events) is in_general
    # The same device once more: its welcome may have been lost.
    assert claim_name(state, _with_invite(), registration, NOW).user == claimed.user
    if registration is not Registration.OPEN:
        with pytest.raises(Refused) as refused:
            claim_name(state, _with_invite("bob", _NEW_KEY), registration, NOW)
        assert refused.value.code is Code.BAD_CREDENTIALS


def test_an_invitation_is_spent_once_even_in_one_batch() -> None:
    draft = Draft(_invited())
    first = claim_name(draft, _with_invite(), Registration.INVITE, NOW)
    draft.put(*first.decision.changes)
    with pytest.raises(Refused) as refused:
        claim_name(draft, _with_invite("bob", _NEW_KEY), Registration.INVITE, NOW)
    assert refused.value.code is Code.BAD_CREDENTIALS


def test_an_invitation_that_is_over_or_revoked_lets_nobody_in() -> None:
    state = _invited()
    late = NOW + _MINUTE
    assert claim_name(state, _with_invite(), Registration.LINK, late - 1).user.name == "alice"
    _refused(state, _with_invite(), Code.BAD_CREDENTIALS, late)
    asks(state, OPERATOR, RevokeInvite(_ticket(state).id))
    _refused(state, _with_invite(), Code.BAD_CREDENTIALS)


def test_a_closed_registration_takes_no_invitations_and_spends_none() -> None:
    state = _invited()
    with pytest.raises(Refused) as refused:
        claim_name(state, _with_invite(), Registration.CLOSED, NOW)
    assert refused.value.code is Code.REGISTRATION_CLOSED
    assert not _ticket(state).spent_us


def test_a_link_code_is_no_invitation_and_an_invitation_no_link_code() -> None:
    state = realm_of("alice")
    asks(state, on_device(state, "alice"), MakeLinkCode(), code_hash=_CODE)
    with pytest.raises(Refused) as refused:
        claim_name(state, _with_invite("bob", _NEW_KEY), Registration.INVITE, NOW)
    assert refused.value.code is Code.BAD_CREDENTIALS
    invite = b"i" * 32
    asks(state, OPERATOR, MakeInvite(), code_hash=invite)
    _refused(state, replace(claim("alice", key=_NEW_KEY), code_hash=invite), Code.BAD_CREDENTIALS)


def test_a_wrong_code_is_told_from_none_where_only_invitations_count() -> None:
    for token_hash, code in ((b"", Code.REGISTRATION_CLOSED), (b"w" * 32, Code.BAD_CREDENTIALS)):
        with pytest.raises(Refused) as refused:
            claim_name(
                founded(), replace(claim("bob"), token_hash=token_hash), Registration.INVITE, NOW
            )
        assert refused.value.code is code


# ── further devices ──────────────────────────────────────────────────────────────────────────────


def _by_code(name: str = "alice", code_hash: bytes = _CODE) -> Claim:
    return replace(claim(name, key=_NEW_KEY, holds_link=False), code_hash=code_hash)


def _by_password(password: Verified, name: str = "alice") -> Claim:
    return replace(claim(name, key=_NEW_KEY, holds_link=False), password=password)


@pytest.mark.parametrize("registration", list(Registration))
def test_a_link_code_lets_one_further_device_in(registration: Registration) -> None:
    state = realm_of("alice")
    asks(state, on_device(state, "alice"), MakeLinkCode(), code_hash=_CODE)
    claimed = _in(state, _by_code(), registration)
    assert claimed.user == user(state, "alice")
    assert [device.key for device in state.devices_of(1)] == [_ALICE, _NEW_KEY]
    assert claimed.decision.accounts == (1,)
    assert (claimed.decision.events, claimed.decision.rotate) == ((), ())
    assert _ticket(state).used_by == 1
    third = replace(_by_code(), key=b"t" * 32)
    _refused(state, third, Code.BAD_CREDENTIALS)
    assert recognise(state, _by_code()) == Claimed(claimed.user, claimed.device)


def test_a_link_code_is_for_its_user_and_its_time() -> None:
    state = realm_of("alice", "bob")
    asks(state, on_device(state, "alice"), MakeLinkCode(), code_hash=_CODE)
    _refused(state, _by_code("bob"), Code.BAD_CREDENTIALS)
    _refused(state, _by_code(), Code.BAD_CREDENTIALS, NOW + 10 * _MINUTE)
    assert claim_name(state, _by_code(), Registration.LINK, NOW + 10 * _MINUTE - 1).user.id == 1


def test_a_password_lets_a_device_in_until_it_is_another() -> None:
    state = realm_of("alice", "bob")
    alice = on_device(state, "alice")
    asks(state, alice, SetPassword("x"), password_hash="hash")
    compared = password_to_compare(state, "Alice")
    assert compared == Verified(1, "hash")
    assert claim_name(state, _by_password(compared), Registration.CLOSED, NOW).user.id == 1
    _refused(state, _by_password(compared, "bob"), Code.BAD_CREDENTIALS)
    # Changed while the worker compared: what it found is no longer so.
    asks(state, on_device(state, "alice"), SetPassword("y"), password_hash="new", old=compared)
    _refused(state, _by_password(compared), Code.BAD_CREDENTIALS)


def test_nothing_fits_where_there_is_no_password() -> None:
    state = realm_of("alice")
    assert not password_to_compare(state, "alice").hash
    with pytest.raises(Refused) as refused:
        password_to_compare(state, "nobody-here")
    assert refused.value.code is Code.BAD_CREDENTIALS
    for forged in (Verified(), Verified(1, "")):
        _refused(state, _by_password(forged), Code.BAD_CREDENTIALS)


def test_a_wrong_secret_is_refused_alike_whether_the_name_exists_or_not() -> None:
    state = realm_of("alice")
    messages = {
        _refused(state, asked, Code.BAD_CREDENTIALS).message
        for name in ("alice", "zoe")
        for asked in (_by_password(Verified(), name), _by_code(name), _by_code(name, b""))
    }
    assert len(messages) == 1
    assert all(user.name != "zoe" for user in state.users.values())


def test_devices_are_bounded_and_the_code_is_kept_for_later() -> None:
    state = realm_of("alice")
    for number in range(DEVICES_PER_USER - 1):
        further_device(state, "alice", number.to_bytes(32, "big"))
    asks(state, on_device(state, "alice"), MakeLinkCode(), code_hash=_CODE)
    error = _refused(state, _by_code(), Code.FORBIDDEN)
    assert str(DEVICES_PER_USER) in error.message
    assert not _ticket(state).spent_us
    state.apply([replace(state.devices_of(1)[-1], removed_us=NOW)])
    assert _in(state, _by_code()).user.id == 1


def test_deactivating_takes_the_codes_with_it() -> None:
    state = realm_of("alice")
    asks(state, on_device(state, "alice"), MakeLinkCode(), code_hash=_CODE)
    asks(state, OPERATOR, Deactivate("alice"))
    state.apply([replace(user(state, "alice"), active=True)])
    _refused(state, _by_code(), Code.BAD_CREDENTIALS)


def test_what_a_program_calls_its_device_is_cleaned() -> None:
    asked = replace(claim("alice"), label="\x1b[2Jmy\nlaptop \u202e" + "x" * 99)
    label = claim_name(founded(), asked, Registration.LINK, NOW).device.label
    assert label.startswith("[2Jmylaptop xxx")
    assert len(label) == LABEL_CHARACTERS
