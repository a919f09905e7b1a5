"""What administrators and the operator do to accounts, and what not even they can."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.domain.cases import (
    asks,
    further_device,
    is_helpful,
    on_device,
    realm_of,
    room_with,
    user,
)
from tests.domain.realms import NOW, claim
from zmqchat.domain.accounts import RECOVERY_US
from zmqchat.domain.case import Verified
from zmqchat.domain.credentials import is_good
from zmqchat.domain.decision import NOTHING, Recorded
from zmqchat.domain.draft import State
from zmqchat.domain.people import claim_name
from zmqchat.domain.realm_permissions import OPERATOR, Asking
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import FormerName, Registration, Standing
from zmqchat.errors import ChatError, Code
from zmqchat.protocol.events import Joined, Left, PersonRenamed
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.requests import (
    Deactivate,
    MakeInvite,
    MakeLinkCode,
    Reactivate,
    Recover,
    RenameUser,
    SetRealmRole,
)
from zmqchat.protocol.rooms import RoomKind


def _refused(state: State, who: Asking, request: Any, code: Code) -> ChatError:
    before = dict(state.users)
    with pytest.raises(ChatError) as refused:
        asks(state, who, request, code_hash=b"c" * 32)
    assert refused.value.code is code
    assert code is Code.NAME_INVALID or is_helpful(refused.value)
    assert state.users == before
    return refused.value


def _is_in_general(state: State, name: str) -> bool:
    membership = state.membership(GENERAL_ID, user(state, name).id)
    return membership is not None and membership.standing is Standing.MEMBER


@pytest.mark.parametrize(
    "make",
    [
        lambda name: SetRealmRole(name, RealmRole.GUEST),
        Deactivate,
        Reactivate,
        Recover,
        lambda name: RenameUser(name, "zoe"),
    ],
)
def test_who_is_not_there_is_not_found_and_nobody_else_is_taken_for_them(make: Any) -> None:
    state = realm_of("bob", admins=("ada",))
    for name in ("eve", "B0b", "BOB", "", "\x1b[2J", "x" * 5000):
        error = _refused(state, on_device(state, "ada"), make(name), Code.NOT_FOUND)
        assert "\x1b" not in error.message
        assert len(error.message) < 300
    assert "'bob'" in _refused(state, OPERATOR, make("BOB"), Code.NOT_FOUND).message


# ── roles ────────────────────────────────────────────────────────────────────────────────────────


def test_a_guest_leaves_the_general_room_and_a_member_enters_it() -> None:
    state = realm_of("bob", admins=("ada",))
    ada = on_device(state, "ada")
    decision = asks(state, ada, SetRealmRole("bob", RealmRole.GUEST))
    bob = user(state, "bob")
    assert bob.role is RealmRole.GUEST
    assert not _is_in_general(state, "bob")
    assert decision.events == (Recorded(GENERAL_ID, bob, 0, Left(1, "bob")),)
    assert decision.rotate_late == (GENERAL_ID,)
    assert decision.touched == (bob.id,)
    decision = asks(state, ada, SetRealmRole("bob", RealmRole.MEMBER))
    assert _is_in_general(state, "bob")
    assert decision.events == (Recorded(GENERAL_ID, user(state, "bob"), 0, Joined(1, "bob")),)
    assert asks(state, ada, SetRealmRole("bob", RealmRole.MEMBER)) == NOTHING
    assert asks(state, ada, SetRealmRole("bob", RealmRole.ADMIN)).events == ()
    assert state.admins() == [user(state, "bob").id, user(state, "ada").id]


@pytest.mark.parametrize("role", [RealmRole.MEMBER, RealmRole.GUEST])
def test_the_last_administrator_steps_down_for_the_operator_only(role: RealmRole) -> None:
    state = realm_of("bob", admins=("ada",))
    ada = on_device(state, "ada")
    _refused(state, ada, SetRealmRole("ada", role), Code.FORBIDDEN)
    asks(state, ada, SetRealmRole("bob", RealmRole.ADMIN))
    asks(state, ada, SetRealmRole("ada", role))
    asks(state, OPERATOR, SetRealmRole("bob", role))
    assert state.admins() == []


# ── closing and opening ──────────────────────────────────────────────────────────────────────────


def test_a_closed_account_is_cut_everywhere_and_keeps_what_it_had() -> None:
    state = realm_of("bob", admins=("ada", "eva"))
    phone = further_device(state, "bob", b"n" * 32)
    private = room_with(state, RoomKind.PRIVATE, "bob", "ada").id
    asks(state, on_device(state, "bob"), MakeLinkCode(), code_hash=b"b" * 32)
    before, devices = user(state, "bob"), state.devices_of(user(state, "bob").id)
    decision = asks(state, on_device(state, "ada"), Deactivate("bob"))
    assert decision.cut == (devices[0].id, phone)
    assert (decision.rotate, decision.rotate_late) == ((private,), (GENERAL_ID,))
    after = user(state, "bob")
    assert not after.active
    assert after.handle != before.handle
    assert not any(is_good(ticket, NOW) for ticket in state.tickets())
    assert asks(state, OPERATOR, Deactivate("bob")) == NOTHING
    asks(state, OPERATOR, Reactivate("bob"))
    assert user(state, "bob") == replace(after, active=True)
    assert state.devices_of(after.id) == devices
    assert _is_in_general(state, "bob")
    assert asks(state, OPERATOR, Reactivate("bob")) == NOTHING


@pytest.mark.parametrize(
    "end",
    [
        Deactivate("eva"),
        SetRealmRole("eva", RealmRole.MEMBER),
        SetRealmRole("eva", RealmRole.GUEST),
    ],
)
def test_what_an_administrator_granted_ends_with_the_right(end: Any) -> None:
    state = realm_of("bob", admins=("ada", "eva"))
    asks(state, on_device(state, "eva"), MakeInvite(), code_hash=b"e" * 32)
    asks(state, on_device(state, "eva"), Recover("bob"), code_hash=b"r" * 32)
    asks(state, on_device(state, "ada"), MakeInvite(), code_hash=b"a" * 32)
    asks(state, on_device(state, "ada"), end)
    good = [ticket.hash for ticket in state.tickets() if is_good(ticket, NOW)]
    assert good == [b"a" * 32]


def test_ones_own_link_code_is_good_whatever_one_becomes() -> None:
    state = realm_of(admins=("ada", "eva"))
    asks(state, on_device(state, "eva"), MakeLinkCode(), code_hash=b"e" * 32)
    asks(state, on_device(state, "ada"), SetRealmRole("eva", RealmRole.MEMBER))
    assert [is_good(ticket, NOW) for ticket in state.tickets()] == [True]


def test_the_last_administrator_is_closed_by_the_operator_only() -> None:
    state = realm_of(admins=("ada", "eva"))
    asks(state, on_device(state, "ada"), Deactivate("eva"))
    # An account that is closed administers nothing.
    _refused(state, on_device(state, "ada"), Deactivate("ada"), Code.FORBIDDEN)
    asks(state, OPERATOR, Deactivate("ada"))
    assert state.admins() == []


# ── names ────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_name_is_recorded_and_the_old_one_stays_the_users_own() -> None:
    state = realm_of("alice", "bob")
    before = user(state, "alice")
    decision = asks(state, OPERATOR, RenameUser("alice", "alicia"))
    alicia = user(state, "alicia")
    assert (alicia.id, alicia.handle) == (before.id, before.handle)
    assert state.user_named(before.skeleton) is None
    assert state.user_named(alicia.skeleton) == alicia
    assert state.former_name(before.skeleton) == FormerName(before.skeleton, "alice", before.id)
    renamed = PersonRenamed(1, "alice", "alicia")
    assert decision.events == (Recorded(GENERAL_ID, before, 0, renamed),)
    for taken in ("alice", "\u0430lice", "alicia", "a1icia"):
        _refused(state, OPERATOR, RenameUser("bob", taken), Code.NAME_TAKEN)
    # Under the old name the user is still found.
    asks(state, OPERATOR, Deactivate("alice"))
    assert not user(state, "alicia").active


def test_a_user_may_have_an_old_name_back() -> None:
    state = realm_of("alice")
    asks(state, OPERATOR, RenameUser("alice", "alicia"))
    asks(state, OPERATOR, RenameUser("alicia", "alice"))
    asks(state, OPERATOR, RenameUser("alice", "Alice"))
    assert user(state, "Alice").id == 1
    for name in ("alice", "alicia"):
        asked = claim(name, key=claim("alice").key)
        assert claim_name(state, asked, Registration.LINK, NOW).user.id == 1
    assert asks(state, OPERATOR, RenameUser("Alice", "Alice")) == NOTHING


def test_a_new_name_is_a_name() -> None:
    state = realm_of("alice")
    for name in ("", "admin", "a b", "\u202ebob"):
        _refused(state, OPERATOR, RenameUser("alice", name), Code.NAME_INVALID)


# ── recovery ─────────────────────────────────────────────────────────────────────────────────────


def test_recovery_takes_the_password_and_lets_one_device_in() -> None:
    state = realm_of("bob", admins=("ada",))
    state.apply([replace(user(state, "bob"), password="hash")])
    decision = asks(state, on_device(state, "ada"), Recover("bob"), code_hash=b"r" * 32)
    assert decision.until_us == NOW + RECOVERY_US
    assert user(state, "bob").password == ""
    new = replace(claim("bob", key=b"n" * 32), code_hash=b"r" * 32, password=Verified(1, "hash"))
    claimed = claim_name(state, new, Registration.CLOSED, NOW + RECOVERY_US - 1)
    assert claimed.user.id == user(state, "bob").id


def test_a_new_recovery_replaces_the_one_before() -> None:
    state = realm_of("bob")
    for code in (b"1" * 32, b"2" * 32):
        asks(state, OPERATOR, Recover("bob"), code_hash=code)
    assert [ticket.hash for ticket in state.tickets() if is_good(ticket, NOW)] == [b"2" * 32]


def test_a_closed_account_is_opened_before_it_is_recovered() -> None:
    state = realm_of("bob")
    asks(state, OPERATOR, Deactivate("bob"))
    # `deactivated` is said of the asker's own account, and would end the session of who asked.
    _refused(state, OPERATOR, Recover("bob"), Code.FORBIDDEN)
