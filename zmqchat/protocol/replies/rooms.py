"""Replies about rooms and who is in them."""

from __future__ import annotations

from zmqchat.protocol.people import Person
from zmqchat.protocol.replies.base import ReplyStruct
from zmqchat.protocol.rooms import RoomEntry, RoomInfo
from zmqchat.protocol.who import Who


class RoomList(ReplyStruct, frozen=True, tag="room-list"):
    """The room directory, by name."""

    rooms: list[RoomEntry]


class OpenedRooms(ReplyStruct, frozen=True, tag="opened-rooms"):
    """Rooms with their keys."""

    rooms: list[RoomInfo]


class RoomCreated(ReplyStruct, frozen=True, tag="room-created"):
    """The new room, open to the asker; a direct room may have been there."""

    room: RoomInfo


class People(ReplyStruct, frozen=True, tag="people"):
    """A page of people, by name; `more` says that others follow."""

    people: list[Person]
    more: bool


class PeopleFound(ReplyStruct, frozen=True, tag="people-found"):
    """Who is called so, for each name that was asked for, in their order; None: nobody."""

    people: list[Who | None]
