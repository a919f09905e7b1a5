"""Devices: labels, and who is out from when on."""

from __future__ import annotations

from dataclasses import replace

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
from zmqchat.domain.decision import NOTHING
from zmqchat.domain.draft import State
from zmqchat.domain.people import claim_name
from zmqchat.domain.realm_permissions import OPERATOR, Asking, asking
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Registration
from zmqchat.errors import ChatError, Code
from zmqchat.protocol.limits import LABEL_CHARACTERS
from zmqchat.protocol.requests import LabelDevice, MakeLinkCode, Recover, RemoveDevice
from zmqchat.protocol.rooms import RoomKind
from zmqchat.protocol.topics import handle

_PHONE = b"n" * 32


def _two_devices() -> tuple[State, Asking, int]:
    state = realm_of("alice", "bob", admins=("ada",))
    phone = further_device(state, "alice", _PHONE)
    return state, on_device(state, "alice"), phone


def _refused(state: State, who: Asking, device: int) -> ChatError:
    with pytest.raises(ChatError) as refused:
        asks(state, who, RemoveDevice(device))
    assert is_helpful(refused.value)
    return refused.value


def test_a_removed_device_is_cut_and_every_key_that_it_holds_is_renewed() -> None:
    state, alice, phone = _two_devices()
    private = room_with(state, RoomKind.PRIVATE, "alice", "bob").id
    direct = room_with(state, RoomKind.DIRECT, "alice", "bob").id
    room_with(state, RoomKind.PRIVATE, "bob")
    before, next_handle = user(state, "alice"), state.realm.next_handle
    decision = asks(state, alice, RemoveDevice(phone))
    assert decision.cut == (phone,)
    assert decision.rotate == (private, direct)
    assert decision.rotate_late == (GENERAL_ID,)
    assert (decision.touched, decision.accounts) == ((before.id,), (before.id,))
    after = user(state, "alice")
    assert after.handle == handle(next_handle)
    assert replace(after, handle=before.handle) == before
    assert state.realm.next_handle == next_handle + 1
    removed = state.device_of(_PHONE)
    assert removed is not None
    assert removed.removed_us == NOW
    assert [device.id for device in state.devices_of(before.id)] == [alice.device]


def test_a_device_may_remove_itself_while_another_is_in() -> None:
    state, alice, phone = _two_devices()
    assert asks(state, alice, RemoveDevice(alice.device)).cut == (alice.device,)
    assert [device.id for device in state.devices_of(user(state, "alice").id)] == [phone]


@pytest.mark.parametrize("asker", ["ada", "operator"])
def test_administrators_remove_anybodys_device_the_last_one_too(asker: str) -> None:
    state, alice, phone = _two_devices()
    who = OPERATOR if asker == "operator" else on_device(state, "ada")
    asks(state, who, RemoveDevice(phone))
    assert asks(state, who, RemoveDevice(alice.device)).cut == (alice.device,)
    assert state.devices_of(user(state, "alice").id) == []


def test_the_device_of_another_looks_like_one_that_does_not_exist() -> None:
    state, alice, phone = _two_devices()
    bob = on_device(state, "bob")
    asks(state, alice, RemoveDevice(phone))
    for device in (alice.device, phone, 999, 0, -1):
        error = _refused(state, bob, device)
        assert error.code is Code.NOT_FOUND
        assert error.message.replace(str(device), "7") == (
            _refused(state, bob, 7777).message.replace("7777", "7")
        )
    assert state.devices_of(user(state, "alice").id)


@pytest.mark.parametrize("asker", ["alice", "ada"])
def test_a_device_is_removed_once(asker: str) -> None:
    state, alice, phone = _two_devices()
    asks(state, alice, RemoveDevice(phone))
    assert _refused(state, on_device(state, asker), phone).code is Code.NOT_FOUND


def test_nobody_locks_themselves_out_without_a_password() -> None:
    state = realm_of("bob", admins=("ada",))
    for name in ("bob", "ada"):
        who = on_device(state, name)
        error = _refused(state, who, who.device)
        assert error.code is Code.FORBIDDEN
        assert "administrator" in error.message
        assert "password" in error.message
    state.apply([replace(user(state, "bob"), password="hash")])
    bob = on_device(state, "bob")
    assert asks(state, bob, RemoveDevice(bob.device)).cut == (bob.device,)


def test_a_code_that_was_made_before_lets_a_removed_device_in_no_more() -> None:
    """Whoever holds a stolen device makes a link code while they can."""
    state, alice, phone = _two_devices()
    asks(state, asking(state, phone), MakeLinkCode(), code_hash=b"s" * 32)
    asks(state, alice, RemoveDevice(phone))
    stolen = state.ticket_hashed(b"s" * 32)
    assert stolen is not None
    assert stolen.spent_us == NOW
    came_back = replace(claim("alice", key=b"t" * 32), code_hash=b"s" * 32)
    with pytest.raises(ChatError) as refused:
        claim_name(state, came_back, Registration.LINK, NOW)
    assert refused.value.code is Code.BAD_CREDENTIALS


@pytest.mark.parametrize("asker", ["ada", "operator"])
def test_a_recovery_code_stays_good_when_the_lost_device_is_removed(asker: str) -> None:
    state, alice, _ = _two_devices()
    who = OPERATOR if asker == "operator" else on_device(state, "ada")
    asks(state, who, Recover("alice"), code_hash=b"r" * 32)
    asks(state, who, RemoveDevice(alice.device))
    found = replace(claim("alice", key=b"t" * 32), code_hash=b"r" * 32)
    assert claim_name(state, found, Registration.LINK, NOW).user.name == "alice"


def test_a_label_is_ones_own_to_choose() -> None:
    state, alice, phone = _two_devices()
    decision = asks(state, alice, LabelDevice(phone, "  my  phone "))
    assert decision.accounts == (user(state, "alice").id,)
    device = state.device(phone)
    assert device is not None
    assert device.label == "my phone"
    assert asks(state, alice, LabelDevice(phone, "my phone")) == NOTHING


@pytest.mark.parametrize("name", ["bob", "ada"])
def test_nobody_labels_the_device_of_another(name: str) -> None:
    state, _, phone = _two_devices()
    with pytest.raises(ChatError) as refused:
        asks(state, on_device(state, name), LabelDevice(phone, "mine"))
    assert refused.value.code is Code.NOT_FOUND


@pytest.mark.parametrize(
    ("label", "code"),
    [("x" * (LABEL_CHARACTERS + 1), Code.TOO_LARGE), ("a\nb", Code.BAD_REQUEST)],
)
def test_a_label_is_one_line(label: str, code: Code) -> None:
    state, alice, phone = _two_devices()
    with pytest.raises(ChatError) as refused:
        asks(state, alice, LabelDevice(phone, label))
    assert refused.value.code is code
