"""A room whose last owner's account is closed is named, and given an owner; any other is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domain.cases import asks, on_device, realm_of, room_with, user
from zmqchat.domain.decision import Recorded
from zmqchat.domain.draft import State
from zmqchat.domain.leading import leaderless, open_owners
from zmqchat.domain.realm_permissions import OPERATOR
from zmqchat.domain.state import Membership, Room, Standing
from zmqchat.errors import Code, Refused
from zmqchat.protocol.events import Appointed
from zmqchat.protocol.names import normalise_room
from zmqchat.protocol.people import LeaderlessRoom
from zmqchat.protocol.requests import AppointOwner, Deactivate, Leaderless, Reactivate
from zmqchat.protocol.rooms import Role, RoomKind


def _realm(kind: RoomKind = RoomKind.PRIVATE) -> tuple[State, Room]:
    """Olga owns a room that bob and eve are in, and ada, an administrator, is not."""
    state = realm_of("olga", "bob", "eve", "zoe", admins=("ada",))
    room = room_with(state, kind, "olga", "bob", "eve")
    room = replace(room, name="plans", name_key=normalise_room("plans")[1])
    held = state.membership(room.id, user(state, "olga").id)
    assert held is not None
    state.apply([room, replace(held, role=Role.OWNER)])
    return state, room


def _told(state: State, name: str = "") -> list[LeaderlessRoom]:
    return leaderless(state, OPERATOR, Leaderless(name)).rooms


def test_a_page_looks_at_so_many_members_or_at_one_room(monkeypatch: pytest.MonkeyPatch) -> None:
    state, room = _realm(RoomKind.PUBLIC)
    bob = user(state, "bob")
    for name in ("other", "third"):
        state.apply([replace(room, id=len(state.rooms) + 50, name=name, name_key=name)])
        held = Membership(len(state.rooms) + 49, bob.id, Role.MEMBER, Standing.MEMBER, 0)
        state.apply([held])
    asks(state, OPERATOR, Deactivate("olga"))
    expected = _told(state)
    assert [told.name for told in expected] == ["plans", "other", "third"]
    monkeypatch.setattr("zmqchat.domain.leading._LOOKED_AT", 1)
    found: list[LeaderlessRoom] = []
    pages = after = 0
    while pages == 0 or after:
        page = leaderless(state, OPERATOR, Leaderless(after=after))
        assert len(page.rooms) <= 1
        found, pages, after = [*found, *page.rooms], pages + 1, page.next
    assert found == expected
    assert pages >= 3


def _refused(state: State, room: str, name: str) -> Code:
    with pytest.raises(Refused) as refused:
        asks(state, OPERATOR, AppointOwner(room, name))
    assert "nothing was changed" in refused.value.message
    return refused.value.code


def _role(state: State, room: Room, name: str) -> Role:
    held = state.membership(room.id, user(state, name).id)
    assert held is not None
    return held.role


@pytest.mark.parametrize("kind", [RoomKind.PUBLIC, RoomKind.PRIVATE])
def test_a_room_whose_last_owner_is_closed_is_named_with_its_members(kind: RoomKind) -> None:
    state, room = _realm(kind)
    assert _told(state) == []
    asks(state, OPERATOR, Deactivate("olga"))
    expected = [LeaderlessRoom(room.name, ["bob", "eve"])]
    assert _told(state) == _told(state, "olga") == _told(state, "bob") == expected
    assert _told(state, "zoe") == []
    asks(state, OPERATOR, Reactivate("olga"))
    assert _told(state) == []


def test_conversations_and_the_general_room_need_no_owner() -> None:
    state, _ = _realm()
    room_with(state, RoomKind.DIRECT, "bob", "eve")
    assert _told(state) == []


@pytest.mark.parametrize("archived", [False, True])
@pytest.mark.parametrize("kind", [RoomKind.PUBLIC, RoomKind.PRIVATE])
def test_an_administrator_appoints_a_member_and_does_not_enter(
    kind: RoomKind, archived: bool
) -> None:
    state, room = _realm(kind)
    state.apply([replace(room, archived=archived)])
    asks(state, OPERATOR, Deactivate("olga"))
    ada = user(state, "ada")
    who = on_device(state, "ada")
    decision = asks(state, who, AppointOwner(room.name, "bob"))
    bob = user(state, "bob")
    appointed = Appointed(bob.id, "bob", Role.OWNER)
    assert decision.events == (Recorded(room.id, ada, who.device, appointed),)
    assert (decision.rotate, decision.rotate_late) == ((), ())
    assert open_owners(state, room.id) == [user(state, "bob").id]
    assert state.membership(room.id, ada.id) is None
    assert _role(state, room, "olga") is Role.OWNER  # and is it again when the account is opened
    assert _told(state) == []
    assert _refused(state, room.name, "eve") is Code.FORBIDDEN


def test_the_operator_appoints_in_the_new_owners_name() -> None:
    state, room = _realm()
    asks(state, OPERATOR, Deactivate("olga"))
    decision = asks(state, OPERATOR, AppointOwner(room.name.upper(), "bob"))
    bob = user(state, "bob")
    assert decision.events == (Recorded(room.id, bob, 0, Appointed(bob.id, "bob", Role.OWNER)),)


def test_a_room_that_is_led_is_left_alone() -> None:
    state, room = _realm()
    assert _refused(state, room.name, "bob") is Code.FORBIDDEN
    assert _role(state, room, "bob") is Role.MEMBER


def test_only_members_whose_accounts_are_open_are_appointed() -> None:
    state, room = _realm()
    asks(state, OPERATOR, Deactivate("olga"))
    asks(state, OPERATOR, Deactivate("eve"))
    for name in ("zoe", "eve", "olga", "ada"):
        assert _refused(state, room.name, name) is Code.FORBIDDEN
    for name, of in (("nobody", room.name), ("bob", "nowhere"), ("bob", "general"), ("bob", "")):
        assert _refused(state, of, name) is Code.NOT_FOUND


def test_members_do_not_ask_for_any_of_it() -> None:
    state, room = _realm()
    asks(state, OPERATOR, Deactivate("olga"))
    bob = on_device(state, "bob")
    with pytest.raises(Refused):
        leaderless(state, bob, Leaderless())
    with pytest.raises(Refused):
        asks(state, bob, AppointOwner(room.name, "bob"))
