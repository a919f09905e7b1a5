"""What a member is handed fits into a reply, whatever rooms others have pulled it into."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domain.realms import room_of
from tests.server.fakes import HELLO, Desk, body_of
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Membership, Standing
from zmqchat.protocol import codec
from zmqchat.protocol import requests as ask
from zmqchat.protocol.limits import DESCRIPTION_CHARACTERS, LISTED_PER_PAGE, REPLY_BYTES
from zmqchat.protocol.replies import Beat, OpenedRooms, Reply, ReplyBody, RoomList, Welcome
from zmqchat.protocol.rooms import Role, RoomEntry

ROOMS = 1200


@pytest.fixture
def crowded(desk: Desk) -> Desk:
    """Alice is in many rooms of somebody's, each described at length."""
    alice, bob = desk.actor("alice"), desk.actor("bob")
    first = room_of(desk.state, bob, "r")
    for number in range(first.id, first.id + ROOMS):
        name = f"r{number}"
        room = replace(first, id=number, name=name, name_key=name)
        described = replace(room, description="\U0001f4a3" * DESCRIPTION_CHARACTERS)
        member = Membership(number, alice.user.id, Role.MEMBER, Standing.MEMBER, 0)
        desk.state.apply([described, member])
    return desk


def _size(body: ReplyBody) -> int:
    return len(codec.encode(Reply(2**63, ok=body)))


def test_a_welcome_fits_and_the_first_heartbeat_tells_of_all_rooms(crowded: Desk) -> None:
    welcome = body_of(Welcome, crowded.receive(HELLO))
    assert _size(welcome) < REPLY_BYTES
    told = [info.room for info in welcome.rooms]
    assert GENERAL_ID in told
    assert len(told) < ROOMS
    beat = body_of(Beat, crowded.receive(ask.Heartbeat(welcome.cursor)))
    rest = sorted(set(beat.rooms or ()) - set(told))
    assert len(told) + len(rest) == ROOMS + 1
    opened = body_of(OpenedRooms, crowded.receive(ask.OpenRooms(rest[:256])))
    assert [info.room for info in opened.rooms] == rest[:256]
    assert _size(opened) < REPLY_BYTES


def test_a_list_of_rooms_comes_in_pages_that_fit(crowded: Desk) -> None:
    listed: list[RoomEntry] = []
    following = 0
    while following or not listed:
        page = body_of(RoomList, crowded.receive(ask.Rooms(following)))
        assert _size(page) < REPLY_BYTES // 2
        assert len(page.rooms) <= LISTED_PER_PAGE
        listed += page.rooms
        following = page.next
    assert len({entry.room for entry in listed}) == len(listed) == ROOMS + 1
    assert {len(entry.description) for entry in listed} == {0, DESCRIPTION_CHARACTERS}


def test_as_a_rule_all_is_told_at_once(desk: Desk) -> None:
    room_of(desk.state, desk.actor("alice"), "dev")
    welcome = body_of(Welcome, desk.receive(HELLO))
    assert [info.name for info in welcome.rooms] == ["general", "dev"]
    assert welcome.cursor
    described = replace(desk.state.rooms[GENERAL_ID], description="for all")
    desk.state.apply([described])
    listed = body_of(RoomList, desk.receive(ask.Rooms())).rooms
    assert [entry.description for entry in listed] == ["for all", ""]
