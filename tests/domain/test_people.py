"""Who gets a name: registration, keys, names taken and names that only look free."""

from __future__ import annotations

from itertools import product

import pytest

from tests.domain.realms import NOW, claim, founded, peopled
from zmqchat.domain.people import claim_name, recognise
from zmqchat.domain.state import Device, Realm, Registration, User
from zmqchat.errors import ChatError, Code
from zmqchat.protocol.topics import handle

_ALICE = claim("alice").key
_NEW_KEY = b"n" * 32
_CYRILLIC = "\u0430lice"


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
    claimed = claim_name(state, asked, registration, NOW)
    assert (claimed.user.name, claimed.user.id, claimed.device.user) == ("alice", 1, 1)
    assert claimed.device.key == asked.key
    realm, user, device = claimed.changes
    assert isinstance(realm, Realm)
    assert isinstance(user, User)
    assert isinstance(device, Device)
    assert (realm.next_user, realm.next_device) == (2, 2)
    assert realm.next_handle == state.realm.next_handle + 1
    assert user.handle == handle(state.realm.next_handle)


@pytest.mark.parametrize(
    ("registration", "holds_link", "name"),
    list(product(Registration, [True, False], ["alice", "ALICE"])),
)
def test_a_known_key_has_its_name_whatever_the_registration(
    registration: Registration, holds_link: bool, name: str
) -> None:
    state, (alice,) = peopled("alice")
    asked = claim(name, key=_ALICE, holds_link=holds_link)
    claimed = claim_name(state, asked, registration, NOW)
    assert (claimed.user, claimed.changes) == (alice.user, ())
    assert recognise(state, asked) == claimed


@pytest.mark.parametrize("registration", list(Registration))
@pytest.mark.parametrize("name", ["alice", "Alice", _CYRILLIC, "a1ice", "aIice"])
def test_a_name_that_is_taken_or_looks_so_is_refused_to_another_key(
    registration: Registration, name: str
) -> None:
    state, _ = peopled("alice")
    with pytest.raises(ChatError) as refused:
        claim_name(state, claim(name, key=_NEW_KEY), registration, NOW)
    assert refused.value.code is Code.NAME_TAKEN
    assert "'alice'" in refused.value.message


@pytest.mark.parametrize("name", ["bob", "carol"])
def test_a_device_speaks_under_its_own_name_only(name: str) -> None:
    state, _ = peopled("alice", "bob")
    with pytest.raises(ChatError) as refused:
        claim_name(state, claim(name, key=_ALICE), Registration.OPEN, NOW)
    assert refused.value.code is Code.FORBIDDEN
    assert "'alice'" in refused.value.message


@pytest.mark.parametrize("name", ["", "admin", "a b", "\u202ealice", "x" * 33, "\x1b[2J"])
def test_what_cannot_be_a_name_is_refused(name: str) -> None:
    with pytest.raises(ChatError) as refused:
        claim_name(founded(), claim(name, key=_NEW_KEY), Registration.OPEN, NOW)
    assert refused.value.code is Code.NAME_INVALID


def test_an_unknown_key_with_a_free_name_is_not_recognised() -> None:
    assert recognise(founded(), claim("alice")) is None
