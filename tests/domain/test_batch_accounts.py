"""Account decisions among sends in one batch: what a removal cuts, it cuts exactly there."""

from __future__ import annotations

import pytest

from tests.domain.cases import further_device, on_device, room_with, user
from tests.domain.realms import batch, claim, item, peopled, says, send_id
from tests.domain.test_pictures import png
from zmqchat.domain.batch import Actor, Segment
from zmqchat.domain.case import Means
from zmqchat.domain.projection import Picture
from zmqchat.domain.realm_permissions import OPERATOR
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Registration
from zmqchat.errors import Code, Refused
from zmqchat.protocol import codec
from zmqchat.protocol.events import PersonRenamed, Posted
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.replies import Accepted, Refusal
from zmqchat.protocol.requests import (
    CreateRoom,
    Deactivate,
    MakeInvite,
    RemoveDevice,
    RenameUser,
    SetProfile,
    SetRealmRole,
)
from zmqchat.protocol.rooms import RoomKind

_NO_MEANS = Means()


def _texts(segment: Segment) -> list[str]:
    bodies = [codec.decode_body(event.type, event.body) for event in segment.events]
    return [body.text for body in bodies if isinstance(body, Posted)]


def test_a_removed_device_is_out_in_the_middle_of_a_batch() -> None:
    state, (alice, bob) = peopled("alice", "bob")
    phone = Actor(alice.user, further_device(state, "alice", b"n" * 32))
    private = room_with(state, RoomKind.PRIVATE, "alice", "bob").id
    old_handles = {room: state.rooms[room].handle for room in (private, GENERAL_ID)}
    work = batch(state)
    both = [says(private, "before"), says(GENERAL_ID, "before")]
    assert all(isinstance(result, Accepted) for result in work.sends(phone, both))
    work.account(on_device(state, "alice"), RemoveDevice(phone.device), _NO_MEANS)
    refused = work.sends(phone, [says(private, "out"), says(GENERAL_ID, "out")])
    assert [each.code for each in refused if isinstance(each, Refusal)] == [Code.DEVICE_REMOVED] * 2
    work.sends(bob, [says(private, "after"), says(GENERAL_ID, "after")])
    state.apply(work.changes())

    def spoken(room: int) -> list[tuple[list[str], bool, bool]]:
        return [
            (_texts(segment), segment.ended, segment.room.handle == old_handles[room])
            for segment in work.segments
            if segment.room.id == room
        ]

    assert spoken(private) == [(["before"], True, True), (["after"], False, False)]
    # A public room is for everybody who can enter: one new epoch at the end is soon enough.
    assert spoken(GENERAL_ID) == [(["before", "after"], True, True), ([], False, False)]
    assert work.cut_devices == {phone.device}
    assert alice.user.id in work.touched_users & work.touched_accounts
    for room in (private, GENERAL_ID):
        assert state.rooms[room].epoch == 2


def test_many_removals_in_a_batch_give_a_public_room_one_epoch() -> None:
    state, actors = peopled("alice", "bob", "carol")
    private = room_with(state, RoomKind.PRIVATE, "alice", "bob").id
    work = batch(state)
    for name in ("alice", "bob", "carol"):
        work.account(OPERATOR, Deactivate(name), _NO_MEANS)
    state.apply(work.changes())
    assert state.rooms[GENERAL_ID].epoch == 2
    assert state.rooms[private].epoch == 3
    assert work.cut_devices == {actor.device for actor in actors}
    handles = [room.handle for room in state.rooms.values()]
    handles += [user.handle for user in state.users.values()]
    assert len(set(handles)) == len(handles)


def test_an_administrator_who_was_demoted_in_a_batch_does_nothing_more_in_it() -> None:
    state, (ada, bob) = peopled("ada", "bob")
    work = batch(state)
    work.account(OPERATOR, SetRealmRole("ada", RealmRole.ADMIN), _NO_MEANS)
    state.apply(work.changes())
    who, work = on_device(state, "ada"), batch(state)
    work.account(OPERATOR, SetRealmRole("ada", RealmRole.GUEST), _NO_MEANS)
    for request in (Deactivate("bob"), MakeInvite()):
        with pytest.raises(Refused) as refused:
            work.account(who, request, Means(code_hash=b"c" * 32))
        assert refused.value.code is Code.FORBIDDEN
    result = work.sends(ada, [says(GENERAL_ID, "still here?")])[0]
    assert isinstance(result, Refusal)
    state.apply(work.changes())
    assert state.users[bob.user.id].active
    assert state.rooms[GENERAL_ID].epoch == 2


def test_guests_make_no_rooms() -> None:
    state, (gus,) = peopled("gus")
    work = batch(state)
    work.account(OPERATOR, SetRealmRole("gus", RealmRole.GUEST), _NO_MEANS)
    with pytest.raises(Refused) as refused:
        work.create(gus, CreateRoom(send_id(), "mine"))
    assert refused.value.code is Code.FORBIDDEN
    assert "invite" in refused.value.message


def test_a_renamed_user_speaks_under_the_new_name_from_there_on() -> None:
    state, (alice,) = peopled("alice")
    work = batch(state)
    work.sends(alice, [says(GENERAL_ID, "one")])
    work.account(OPERATOR, RenameUser("alice", "alicia"), _NO_MEANS)
    work.sends(alice, [says(GENERAL_ID, "two"), item(GENERAL_ID, Posted("three"))])
    state.apply(work.changes())
    assert [(event.type, event.sender, event.name) for event in work.events] == [
        ("posted", 1, "alice"),
        ("person-renamed", 1, "alice"),
        ("posted", 1, "alicia"),
        ("posted", 1, "alicia"),
    ]
    renamed = codec.decode_body("person-renamed", work.events[1].body)
    assert renamed == PersonRenamed(1, "alice", "alicia")
    assert work.events[1].device == 0
    assert user(state, "alicia").id == alice.user.id


def test_a_claimed_name_is_seen_by_the_next_claim_of_the_batch() -> None:
    state, _ = peopled("alice")
    work = batch(state)
    assert work.claim(claim("bob"), Registration.LINK).user.name == "bob"
    with pytest.raises(Refused) as refused:
        work.claim(claim("b0b", key=b"x" * 32), Registration.LINK)
    assert refused.value.code is Code.NAME_TAKEN
    state.apply(work.changes())
    assert [event.type for event in work.events] == ["joined"]


def test_a_profile_is_projected_with_the_batch() -> None:
    state, _ = peopled("alice")
    work = batch(state)
    work.account(on_device(state, "alice"), SetProfile(picture=png(9, 9)), _NO_MEANS)
    assert work.projected == [Picture(1, png(9, 9))]
    assert work.touched_accounts == {1}
    assert work.segments == []
