"""Requests about rooms and who is in them."""

from __future__ import annotations

from typing import Any, Final

from zmqchat.domain import acquaintance
from zmqchat.domain.state import User
from zmqchat.protocol import requests as ask
from zmqchat.protocol.limits import LISTED_PER_PAGE
from zmqchat.protocol.replies import OpenedRooms, PeopleFound, ReplyBody
from zmqchat.server import directory
from zmqchat.server.admission import LOOK_COST
from zmqchat.server.answers.desk import Answer, Asked, Desk
from zmqchat.server.jobs import CreateJob, DirectJob
from zmqchat.server.welcome import open_rooms

_AS_ONE_EVENT: Final = 10
"""Relations to rooms that cost as much to look at as an event to read."""


def rooms(desk: Desk, asked: Asked[ask.Rooms]) -> ReplyBody:
    """A page of the rooms that the asker may find."""
    desk.admission.read(asked.session, asked.now)
    return directory.rooms(desk.parts.state, asked.user, asked.body.after)


def find_room(desk: Desk, asked: Asked[ask.FindRoom]) -> ReplyBody:
    """The room that the asker means."""
    desk.admission.read(asked.session, asked.now)
    return directory.room(desk.parts.state, asked.user, asked.body)


def opened(desk: Desk, asked: Asked[ask.OpenRooms]) -> ReplyBody:
    """Those of the rooms named that the asker is a member of, with their keys."""
    desk.admission.read(asked.session, asked.now)
    return OpenedRooms(open_rooms(desk.parts.state, asked.user.id, asked.body.rooms))


def create(desk: Desk, asked: Asked[ask.CreateRoom]) -> None:
    """Queues the making of a room."""
    session, parts = asked.session, desk.parts
    desk.admission.create(session, asked.now)
    parts.submit(
        CreateJob(session.peer, asked.request, parts.clock_us(), session.actor, asked.body)
    )


def open_direct(desk: Desk, asked: Asked[ask.OpenDirect]) -> None:
    """Queues the finding or making of a conversation."""
    session, parts = asked.session, desk.parts
    desk.admission.create(session, asked.now)
    parts.submit(
        DirectJob(session.peer, asked.request, parts.clock_us(), session.actor, asked.body)
    )


def members(desk: Desk, asked: Asked[ask.Members]) -> ReplyBody:
    """Who is in a room, or in the realm."""
    many = LISTED_PER_PAGE if asked.body.room is None else 0
    desk.admission.read(asked.session, asked.now, _cost(desk, asked.user, many))
    return directory.people(desk.parts.state, asked.user, asked.body, desk.sessions.presence)


def know_people(desk: Desk, asked: Asked[ask.KnowPeople]) -> ReplyBody:
    """How some people are shown, as far as the asker may know of them."""
    desk.admission.read(asked.session, asked.now, _cost(desk, asked.user, len(asked.body.users)))
    presence = desk.sessions.presence
    return directory.known_people(desk.parts.state, asked.user, asked.body.users, presence)


def find_people(desk: Desk, asked: Asked[ask.FindPeople]) -> ReplyBody:
    """Who is or was called so, as far as the asker may know of them."""
    cost = _cost(desk, asked.who.user, len(asked.body.names))
    desk.admission.look(asked.who, asked.now, cost)
    return PeopleFound(acquaintance.find_people(desk.parts.state, asked.who.user, asked.body.names))


def _cost(desk: Desk, asker: User | None, people: int) -> int:
    """What it costs, in events, to say of so many people whether a guest may know of them."""
    return LOOK_COST + acquaintance.effort(desk.parts.state, asker, people) // _AS_ONE_EVENT


ANSWERS: Final[dict[type[Any], Answer]] = {
    ask.Rooms: rooms,
    ask.OpenRooms: opened,
    ask.CreateRoom: create,
    ask.OpenDirect: open_direct,
    ask.Members: members,
    ask.FindPeople: find_people,
    ask.FindRoom: find_room,
    ask.KnowPeople: know_people,
}
