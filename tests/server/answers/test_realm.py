"""What administrators and the operator may do, and that nobody else may."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from tests.domain.realms import says
from tests.server.fakes import HELLO, KEY, OPERATOR_KEY, OTHER_KEY, PEER, Desk, body_of, fault_of
from zmqchat.domain import limits as rates
from zmqchat.domain.realm_permissions import REALM_PERMISSIONS, Asker
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.errors import Code
from zmqchat.protocol import requests as ask
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.replies import (
    Beat,
    DeviceList,
    Done,
    InviteList,
    OneTimeCode,
    PeopleFound,
    Reply,
    RoomList,
    UserList,
    Welcome,
)
from zmqchat.protocol.rooms import Level
from zmqchat.protocol.who import Who
from zmqchat.server.answers import ANSWERS

_TERMINAL = b"\0oooo"
_NEW = b"\0nnnn"

_EVERY: list[Any] = [
    HELLO,
    ask.Heartbeat(),
    ask.SetPresence(HELLO.presence),
    ask.Bye(),
    ask.Send([]),
    ask.CatchUp([]),
    ask.Chains(GENERAL_ID, [1]),
    ask.History(GENERAL_ID),
    ask.Thread(GENERAL_ID, 1),
    ask.OneMessage(GENERAL_ID, 1),
    ask.Pins(GENERAL_ID),
    ask.Search("x"),
    ask.Rooms(),
    ask.OpenRooms([1]),
    ask.CreateRoom(b"i" * 16, "dev"),
    ask.OpenDirect(b"i" * 16, [2]),
    ask.Members(),
    ask.SetTyping(GENERAL_ID),
    ask.Account(),
    ask.MarkRead(GENERAL_ID, 0),
    ask.SetRoom(GENERAL_ID, Level.ALL, False),
    ask.Ignore(2),
    ask.SetProfile(),
    ask.FindPeople(["bob"]),
    ask.FindRoom("general"),
    ask.KnowPeople([2]),
    ask.Picture(2),
    ask.Devices(2),
    ask.LabelDevice(1, "x"),
    ask.RemoveDevice(1),
    ask.MakeLinkCode(),
    ask.SetPassword("correct horse"),
    ask.MakeInvite(),
    ask.Invites(),
    ask.RevokeInvite(1),
    ask.Users(),
    ask.SetRealmRole("bob", RealmRole.ADMIN),
    ask.Deactivate("bob"),
    ask.Reactivate("bob"),
    ask.RenameUser("bob", "robert"),
    ask.Recover("bob"),
    ask.Leaderless(),
    ask.AppointOwner("plans", "bob"),
]


def _operator(desk: Desk, body: ask.RequestBody) -> Reply:
    """What the operator is answered, who has no session."""
    at_once = desk.receive(body, peer=_TERMINAL, key=OPERATOR_KEY)
    if at_once is not None:
        return at_once
    desk.commit()
    assert desk.replies[-1][0] == _TERMINAL
    return desk.replies[-1][1]


def _made(desk: Desk, role: RealmRole) -> None:
    """Gives alice another standing in the realm."""
    desk.state.apply([replace(desk.actor("alice").user, role=role)])


def test_every_request_has_an_answer_and_an_example() -> None:
    assert set(ANSWERS) == set(REALM_PERMISSIONS) == {type(body) for body in _EVERY}


@pytest.mark.parametrize("body", _EVERY, ids=lambda body: type(body).__name__)
@pytest.mark.parametrize("who", [Asker.NOBODY, Asker.GUEST, Asker.MEMBER, Asker.OPERATOR])
def test_nothing_is_done_for_who_may_not_ask(desk: Desk, who: Asker, body: Any) -> None:
    if who in REALM_PERMISSIONS[type(body)]:
        return  # what then is granted, other tests say
    peer, key = PEER, KEY
    if who is Asker.GUEST:
        _made(desk, RealmRole.GUEST)
    elif who is not Asker.MEMBER:
        peer, key = _TERMINAL, OPERATOR_KEY if who is Asker.OPERATOR else OTHER_KEY
    fault = fault_of(desk.receive(body, peer=peer, key=key))
    assert fault.code == (Code.NO_SESSION if who is Asker.NOBODY else Code.FORBIDDEN)
    assert desk.jobs == []
    assert desk.calls.empty()


@pytest.mark.parametrize("body", _EVERY, ids=lambda body: type(body).__name__)
@pytest.mark.parametrize("closed", [False, True])
def test_nothing_is_done_for_who_is_out(desk: Desk, body: Any, closed: bool) -> None:
    """Also in the moment before its session is ended."""
    device = desk.state.device_of(bytes.fromhex(KEY))
    assert device is not None
    out = replace(desk.actor("alice").user, active=False)
    desk.state.apply([out if closed else replace(device, removed_us=1)])
    fault = fault_of(desk.receive(body))
    assert fault.code == (Code.DEACTIVATED if closed else Code.DEVICE_REMOVED)
    assert desk.jobs == []


def test_the_operator_administers_without_a_session(desk: Desk) -> None:
    listed = body_of(UserList, _operator(desk, ask.Users()))
    assert [entry.name for entry in listed.users] == ["alice", "bob"]
    body_of(Done, _operator(desk, ask.SetRealmRole("alice", RealmRole.ADMIN)))
    assert desk.actor("alice").user.role is RealmRole.ADMIN
    (device,) = body_of(DeviceList, _operator(desk, ask.Devices(1))).devices
    assert device.online
    assert fault_of(_operator(desk, ask.Devices(99))).code == Code.NOT_FOUND
    found = body_of(PeopleFound, _operator(desk, ask.FindPeople(["bob", "nemo"])))
    assert found.people == [Who(2, "bob"), None]
    body_of(Done, _operator(desk, ask.RemoveDevice(device.device)))
    assert desk.service.sessions.get(PEER) is None
    assert desk.hung_up == [(7, "127.0.0.1")]
    assert fault_of(desk.receive(HELLO)).code == Code.DEVICE_REMOVED


def test_an_administrator_closes_an_account_and_opens_it(desk: Desk) -> None:
    _made(desk, RealmRole.ADMIN)
    assert fault_of(desk.ask(ask.Deactivate("alice"))).code == Code.FORBIDDEN  # the last one
    body_of(Done, desk.ask(ask.SetRealmRole("bob", RealmRole.ADMIN)))
    body_of(Done, desk.ask(ask.Deactivate("bob")))
    assert not desk.actor("bob").user.active
    body_of(Done, desk.ask(ask.Deactivate("bob")))  # twice
    assert fault_of(desk.ask(ask.Recover("bob"))).code == Code.FORBIDDEN
    body_of(Done, desk.ask(ask.Reactivate("bob")))
    assert desk.actor("bob").user.active


def test_an_invitation_lets_one_name_in(desk: Desk) -> None:
    _made(desk, RealmRole.ADMIN)
    code = body_of(OneTimeCode, desk.ask(ask.MakeInvite(RealmRole.GUEST, label="for Carol"))).code
    hello = msgspec.structs.replace(HELLO, name="carol", token=code)
    assert desk.receive(hello, peer=_NEW, key=OTHER_KEY) is None
    desk.commit()
    welcome = body_of(Welcome, desk.replies[-1][1])
    assert (welcome.role, welcome.rooms) == (RealmRole.GUEST, [])
    assert body_of(RoomList, desk.receive(ask.Rooms(), peer=_NEW, key=OTHER_KEY)).rooms == []
    again = msgspec.structs.replace(hello, name="dave")
    assert desk.receive(again, peer=b"\0dddd", key="ee" * 32) is None
    desk.commit()
    assert fault_of(desk.replies[-1][1]).code == Code.BAD_CREDENTIALS
    (listed,) = body_of(InviteList, desk.receive(ask.Invites())).invites
    assert (listed.label, listed.made_by, listed.used_by) == ("for Carol", "alice", "carol")
    assert fault_of(desk.ask(ask.RevokeInvite(listed.invite))).code == Code.FORBIDDEN
    assert fault_of(desk.ask(ask.RevokeInvite(999))).code == Code.NOT_FOUND


def test_a_user_without_devices_is_recovered(desk: Desk) -> None:
    code = body_of(OneTimeCode, _operator(desk, ask.Recover("bob"))).code
    hello = msgspec.structs.replace(HELLO, name="bob", code=code)
    assert desk.receive(hello, peer=_NEW, key=OTHER_KEY) is None
    desk.commit()
    assert body_of(Welcome, desk.replies[-1][1]).name == "bob"


def test_who_is_renamed_speaks_under_the_new_name(desk: Desk) -> None:
    body_of(Done, _operator(desk, ask.RenameUser("alice", "alicia")))
    desk.receive(ask.Send([says(GENERAL_ID, "it is me")]))
    desk.commit()
    assert (desk.log.events[-1].sender, desk.log.events[-1].name) == (1, "alicia")
    body_of(Welcome, desk.receive(HELLO))  # the device does not know it yet
    assert fault_of(_operator(desk, ask.RenameUser("alicia", "bob"))).code == Code.NAME_TAKEN


def test_who_loses_a_role_loses_it_at_once(desk: Desk) -> None:
    _made(desk, RealmRole.ADMIN)
    desk.receive(ask.MakeInvite())  # under way while the role is taken away
    _made(desk, RealmRole.MEMBER)
    desk.commit()
    assert fault_of(desk.replies[-1][1]).code == Code.FORBIDDEN
    assert fault_of(desk.receive(ask.Users())).code == Code.FORBIDDEN


def test_who_becomes_a_guest_leaves_the_general_room(desk: Desk) -> None:
    key = desk.state.rooms[GENERAL_ID].key
    cursor = body_of(Beat, desk.receive(ask.Heartbeat())).cursor
    body_of(Done, _operator(desk, ask.SetRealmRole("alice", RealmRole.GUEST)))
    assert desk.state.rooms[GENERAL_ID].key != key
    beat = body_of(Beat, desk.receive(ask.Heartbeat(cursor)))
    assert beat.rooms == []
    assert fault_of(desk.receive(ask.History(GENERAL_ID))).code == Code.NOT_FOUND


def test_invitations_are_not_made_without_end(desk: Desk) -> None:
    _made(desk, RealmRole.ADMIN)
    for _ in range(int(rates.INVITES_PER_USER.burst)):
        assert desk.receive(ask.MakeInvite()) is None
    assert fault_of(desk.receive(ask.MakeInvite())).code == Code.RATE_LIMITED
