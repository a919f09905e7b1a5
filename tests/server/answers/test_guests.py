"""A guest cannot tell one whom it shares no room with from nobody at all, whatever it asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.domain.realms import item, says, send_id, stands
from tests.server.fakes import PEER, Desk, body_of, fault_of
from tests.support.waiting import eventually
from zmqchat.domain import limits as rates
from zmqchat.domain.projection import Mentions
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Device, Standing
from zmqchat.errors import Code
from zmqchat.protocol import requests as ask
from zmqchat.protocol.events import Appointed, Banned, Invited, Kicked, Posted, Unbanned
from zmqchat.protocol.limits import LISTED_PER_PAGE, NAMES_PER_REQUEST
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.replies import PeopleFound, Reply
from zmqchat.protocol.rooms import Level, Role, RoomKind
from zmqchat.protocol.who import Who
from zmqchat.server.admission import LOOK_COST

_LED, _DEV, _TALK = 10**9, 10**9 + 1, 10**9 + 2
"""A private room that the guest leads, a public one, and a conversation of others."""

_ABOUT: list[Callable[[int, str], Any]] = [
    lambda user, _: ask.OpenDirect(send_id(), [user]),
    lambda user, _: ask.Ignore(user),
    lambda user, _: ask.Ignore(user, on=False),
    lambda user, _: ask.Picture(user),
    lambda user, _: ask.Devices(user),
    lambda user, _: ask.LabelDevice(user, "mine"),
    lambda user, _: ask.RemoveDevice(user),
    lambda user, _: ask.KnowPeople([user]),
    lambda _, name: ask.FindPeople([name]),
    lambda _, name: ask.FindPeople([name.upper(), f"{name}by"]),
    lambda _, name: ask.FindRoom(f"@{name}"),
    lambda _, name: ask.FindRoom(f"@alice,{name}"),
    lambda _, name: ask.Search(f"x from:{name}"),
    lambda _, name: ask.Search(f"x in:@{name}"),
    lambda _, name: ask.SetRealmRole(name, RealmRole.GUEST),
    lambda _, name: ask.Deactivate(name),
    lambda _, name: ask.Leaderless(name),
    lambda _, name: ask.AppointOwner("plans", name),
    *(
        lambda user, name, kind=kind: ask.Send([item(_LED, kind(user, name))])
        for kind in (Invited, Kicked, Banned, Unbanned)
    ),
    lambda user, name: ask.Send([item(_LED, Appointed(user, name, Role.OWNER))]),
    lambda user, _: ask.Send([item(_LED, Invited(user, "somebody"))]),
]

_ABOUT_ROOMS: list[Callable[[int, str], Any]] = [
    lambda room, _: ask.FindRoom(room),
    lambda _, name: ask.FindRoom(name),
    lambda room, _: ask.OpenRooms([room]),
    lambda room, _: ask.CatchUp([ask.Span(room, 0, b"", 9)]),
    lambda room, _: ask.Chains(room, [1]),
    lambda room, _: ask.History(room),
    lambda room, _: ask.Thread(room, 1),
    lambda room, _: ask.OneMessage(room, 1),
    lambda room, _: ask.Pins(room),
    lambda room, _: ask.Members(room),
    lambda room, _: ask.MarkRead(room, 1),
    lambda room, _: ask.SetRoom(room, Level.ALL, muted=True),
    lambda room, _: ask.SetTyping(room),
    lambda room, _: ask.Search("x", room),
    lambda _, name: ask.Search(f"x in:{name}"),
    lambda room, _: ask.Send([says(room, "hello")]),
    lambda room, _: ask.Send([item(room, Invited(1, "alice"))]),
]


@pytest.fixture
def guest(desk: Desk) -> Desk:
    """Alice is a guest who leads a private room with carol; she never met bob, nor #dev."""
    alice, bob = desk.actor("alice"), desk.actor("bob")
    carol = replace(bob.user, id=3, name="carol", skeleton="carol")
    desk.state.apply([carol, Device(3, 3, b"3" * 32, "", 0)])
    general = desk.state.rooms[GENERAL_ID]
    for number, name, kind, people in (
        (_LED, "led", RoomKind.PRIVATE, (alice, desk.actor("carol"))),
        (_DEV, "dev", RoomKind.PUBLIC, (bob,)),
        (_TALK, "@2,3", RoomKind.DIRECT, (bob, desk.actor("carol"))),
    ):
        desk.state.apply([replace(general, id=number, name=name, name_key=name, kind=kind)])
        for who in people:
            stands(desk.state, number, who, Role.OWNER)
    desk.state.apply([replace(alice.user, role=RealmRole.GUEST)])
    stands(desk.state, GENERAL_ID, alice, standing=Standing.FORMER)
    return desk


def _answer(desk: Desk, body: Any) -> Reply:
    """What comes of it, whenever it is answered."""
    before = len(desk.replies)
    at_once = desk.receive(body)
    if at_once is not None:
        return at_once
    if desk.jobs:
        desk.commit()
    else:
        eventually(lambda: desk.delivered)
        desk.service.answered(desk.delivered.pop())
    assert len(desk.replies) == before + 1
    peer, reply = desk.replies[-1]
    assert peer == PEER
    return reply


def _same(desk: Desk, body: Callable[[int, str], Any], there: Any, nowhere: Any) -> None:
    answers = []
    for number, name in (there, nowhere):
        reply = _answer(desk, body(number, name))
        text = repr((reply.ok, reply.error))
        for each in (name, name.upper(), str(number)):
            text = text.replace(each, "…")
        answers.append(text)
    assert answers[0] == answers[1]


@pytest.mark.parametrize("body", _ABOUT, ids=map(str, range(len(_ABOUT))))
def test_a_stranger_is_as_nobody(guest: Desk, body: Callable[[int, str], Any]) -> None:
    assert guest.state.user(2) is not None
    _same(guest, body, (2, "bob"), (7, "zoe"))


@pytest.mark.parametrize("body", _ABOUT_ROOMS, ids=map(str, range(len(_ABOUT_ROOMS))))
def test_a_room_that_is_not_the_guests_is_as_none(
    guest: Desk, body: Callable[[int, str], Any]
) -> None:
    for room, name in ((_DEV, "dev"), (_TALK, "@bob,carol"), (GENERAL_ID, "general")):
        _same(guest, body, (room, name), (10**15, "vde"))


def test_a_message_of_a_guest_mentions_no_stranger(guest: Desk) -> None:
    texts = ("what of @bob and @carol?", "what of @zoe and @carol?")
    _answer(guest, ask.Send([item(_LED, Posted(text)) for text in texts]))
    mentioned = [each.users for each in guest.log.projected if isinstance(each, Mentions)]
    assert mentioned == [(3,), (3,)]


def test_who_left_a_room_of_the_guests_stands_in_its_log_and_is_met_nowhere_else(
    guest: Desk,
) -> None:
    carol = guest.actor("carol")
    stands(guest.state, _LED, carol, standing=Standing.FORMER)
    (found,) = body_of(PeopleFound, _answer(guest, ask.FindPeople(["carol"]))).people
    assert found is None
    _same(guest, lambda user, _: ask.OpenDirect(send_id(), [user]), (3, "carol"), (7, "zoe"))
    assert _answer(guest, ask.Search("x from:carol")).error is None
    assert _answer(guest, ask.Ignore(3)).error is None
    stands(guest.state, _LED, carol)
    (found,) = body_of(PeopleFound, _answer(guest, ask.FindPeople(["carol"]))).people
    assert found == Who(3, "carol")


@pytest.mark.parametrize(
    "body",
    [
        ask.KnowPeople(list(range(100, 100 + LISTED_PER_PAGE))),
        ask.Members(),
        ask.FindPeople([f"n{number}" for number in range(NAMES_PER_REQUEST)]),
    ],
)
def test_a_guest_of_many_rooms_pays_for_what_is_looked_at(guest: Desk, body: Any) -> None:
    """Each of so many people may share each of so many rooms: it takes the loop milliseconds."""

    for room in range(100, 1100):
        stands(guest.state, room, guest.actor("alice"))
    most = int(rates.READS_PER_DEVICE.burst / LOOK_COST / 10)
    replies = [guest.receive(body) for _ in range(most)]
    assert body_of(object, replies[0])
    assert fault_of(replies[-1]).code == Code.RATE_LIMITED
