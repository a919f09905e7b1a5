"""Conversations, and what is shown of rooms and people to whom."""

from __future__ import annotations

from dataclasses import replace

from tests.domain.realms import room_of, says, send_id, stands
from tests.server.fakes import OPERATOR_KEY, Desk, body_of, fault_of
from zmqchat.domain import limits as rates
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Ignored, Standing
from zmqchat.errors import Code
from zmqchat.protocol import requests as ask
from zmqchat.protocol.limits import DIRECT_MEMBERS, NAMES_PER_REQUEST
from zmqchat.protocol.people import Person, Presence, RealmRole
from zmqchat.protocol.replies import (
    OpenedRooms,
    People,
    PeopleFound,
    RoomCreated,
    RoomFound,
    RoomList,
)
from zmqchat.protocol.rooms import RoomKind
from zmqchat.protocol.who import Who


def test_a_conversation_is_found_again_and_named_after_the_others(desk: Desk) -> None:
    body = ask.OpenDirect(send_id(), [2])
    room = body_of(RoomCreated, desk.ask(body)).room
    assert (room.name, room.people, room.kind) == ("", (Who(2, "bob"),), RoomKind.DIRECT)
    assert body_of(RoomCreated, desk.ask(body)).room.room == room.room  # a repetition
    again = ask.OpenDirect(send_id(), [2, 1, 2])
    assert body_of(RoomCreated, desk.ask(again)).room.room == room.room
    listed = body_of(RoomList, desk.receive(ask.Rooms())).rooms
    assert [(entry.name, entry.people) for entry in listed] == [
        ("general", ()),
        ("", (Who(2, "bob"),)),
    ]
    opened = body_of(OpenedRooms, desk.receive(ask.OpenRooms([room.room]))).rooms
    assert [info.people for info in opened] == [(Who(2, "bob"),)]


def test_a_conversation_is_between_people_that_there_are(desk: Desk) -> None:
    for people, code in (([9], Code.NOT_FOUND), ([], Code.BAD_REQUEST), ([1], Code.BAD_REQUEST)):
        assert fault_of(desk.ask(ask.OpenDirect(send_id(), people))).code == code
    assert fault_of(desk.ask(ask.OpenDirect(b"short", [2]))).code == Code.BAD_REQUEST
    many = ask.OpenDirect(send_id(), [2] * (DIRECT_MEMBERS + 1))
    assert fault_of(desk.receive(many)).code == Code.BAD_REQUEST
    assert len(desk.state.rooms) == 1


def test_conversations_are_not_made_without_end(desk: Desk) -> None:
    for _ in range(int(rates.ROOMS_PER_DEVICE.burst)):
        assert desk.receive(ask.OpenDirect(send_id(), [2])) is None
    fault = fault_of(desk.receive(ask.OpenDirect(send_id(), [2])))
    assert fault.code == Code.RATE_LIMITED


def test_a_room_is_not_handed_to_whom_has_left_meanwhile(desk: Desk) -> None:
    desk.receive(ask.CreateRoom(send_id(), "dev", True))
    desk.receive(ask.Bye())
    answers = len(desk.replies)
    desk.commit()
    assert desk.state.room_named("dev") is not None
    assert len(desk.replies) == answers


def test_an_archived_room_is_shown_as_one(desk: Desk) -> None:
    room = room_of(desk.state, desk.actor("alice"), "old")
    desk.state.apply([replace(room, archived=True)])
    listed = body_of(RoomList, desk.receive(ask.Rooms())).rooms
    assert {entry.name: entry.archived for entry in listed} == {"general": False, "old": True}
    (info,) = body_of(OpenedRooms, desk.receive(ask.OpenRooms([room.id]))).rooms
    assert info.archived
    desk.receive(ask.Send([says(room.id, "too late")]))
    seq = desk.state.rooms[room.id].seq
    desk.commit()
    assert desk.state.rooms[room.id].seq == seq


def test_people_are_shown_as_they_want_to_be(desk: Desk) -> None:
    bob = replace(desk.actor("bob").user, display="Bob M.", status="away", active=False)
    desk.state.apply([bob])
    found = body_of(People, desk.receive(ask.Members())).people
    member = RealmRole.MEMBER
    assert found == [
        Person(1, "alice", None, Presence.ONLINE, member),
        Person(2, "bob", None, Presence.OFFLINE, member, "Bob M.", "away", b"", False),
    ]


def test_a_room_that_one_is_invited_to_is_found_and_is_not_ones_own(desk: Desk) -> None:
    alice, bob = desk.actor("alice"), desk.actor("bob")
    desk.state.apply([Ignored(alice.user.id, bob.user.id, True, 1)])
    rooms = [room_of(desk.state, bob, f"den{n}", private=True).id for n in range(3)]
    assert len(body_of(RoomList, desk.receive(ask.Rooms())).rooms) == 1
    for room in rooms:
        stands(desk.state, room, alice, standing=Standing.INVITED)
    found = body_of(RoomList, desk.receive(ask.Rooms())).rooms
    dens = [entry for entry in found if entry.name.startswith("den")]
    assert [entry.room for entry in dens] == sorted(rooms)
    assert all(entry.invited and not entry.member and entry.members == 1 for entry in dens)
    after = body_of(RoomList, desk.receive(ask.Rooms(dens[1].room))).rooms
    assert [entry.room for entry in after if entry.name != "general"] == [dens[2].room]
    for meant in (rooms[0], "den0"):
        entry = body_of(RoomFound, desk.receive(ask.FindRoom(meant))).room
        assert entry is not None
        assert entry.invited
    # It gets no key, and hears nothing.
    assert body_of(OpenedRooms, desk.receive(ask.OpenRooms(rooms))).rooms == []
    assert fault_of(desk.receive(ask.History(rooms[0]))).code == Code.FORBIDDEN
    stands(desk.state, rooms[0], alice)
    stands(desk.state, rooms[1], alice, standing=Standing.FORMER)
    found = body_of(RoomList, desk.receive(ask.Rooms())).rooms
    assert {entry.room: entry.invited for entry in found if entry.name != "general"} == {
        rooms[0]: False,
        rooms[2]: True,
    }


def test_people_are_found_by_the_names_that_they_have_and_had(desk: Desk) -> None:
    renamed = ask.RenameUser("bob", "robert")
    assert desk.receive(renamed, peer=b"\0oper", key=OPERATOR_KEY) is None
    desk.commit()
    asked = ask.FindPeople(["bob", "zoe", "robert", "Robert", "alice", "a,b"])
    robert = Who(2, "robert")
    found = body_of(PeopleFound, desk.receive(asked)).people
    assert found == [robert, None, robert, robert, Who(1, "alice"), None]
    (_, shown) = body_of(People, desk.receive(ask.Members())).people
    assert (shown.id, shown.name, shown.former) == (2, "robert", ("bob",))
    many = ask.FindPeople(["x"] * (NAMES_PER_REQUEST + 1))
    assert fault_of(desk.receive(many)).code == Code.BAD_REQUEST


def test_a_guest_sees_whom_it_shares_a_room_with(desk: Desk) -> None:
    alice, bob = desk.actor("alice"), desk.actor("bob")
    room = room_of(desk.state, bob, "theirs").id
    desk.state.apply([replace(alice.user, role=RealmRole.GUEST)])
    stands(desk.state, GENERAL_ID, alice, standing=Standing.FORMER)
    assert [p.name for p in body_of(People, desk.receive(ask.Members())).people] == ["alice"]
    assert body_of(RoomList, desk.receive(ask.Rooms())).rooms == []
    assert fault_of(desk.receive(ask.Members(room))).code == Code.NOT_FOUND
    assert fault_of(desk.ask(ask.OpenDirect(send_id(), [2]))).code == Code.NOT_FOUND
    hidden, nobody = (fault_of(desk.receive(ask.Picture(user))) for user in (2, 9))
    assert hidden.code == Code.NOT_FOUND
    assert hidden.message == nobody.message.replace("9", "2")
    assert fault_of(desk.ask(ask.Ignore(2))).code == Code.NOT_FOUND
    asked = ask.FindPeople(["alice", "bob", "zoe"])
    assert body_of(PeopleFound, desk.receive(asked)).people == [Who(1, "alice"), None, None]
    stands(desk.state, room, alice)
    assert desk.receive(ask.Picture(2)) is None  # it is being read
    found = body_of(People, desk.receive(ask.Members())).people
    assert [person.name for person in found] == ["alice", "bob"]
    assert body_of(RoomCreated, desk.ask(ask.OpenDirect(send_id(), [2]))).room.people == (
        Who(2, "bob"),
    )
    assert body_of(PeopleFound, desk.receive(asked)).people[1] == Who(2, "bob")
