"""Replies about rooms and who is in them."""

from __future__ import annotations

from zmqchat.protocol.people import Person
from zmqchat.protocol.replies.base import ReplyStruct
from zmqchat.protocol.rooms import RoomEntry, RoomInfo
from zmqchat.protocol.who import Who


class RoomList(ReplyStruct, frozen=True, tag="room-list"):
    """A page of the room directory, by id; others follow after `next` (0: that is all)."""

    rooms: list[RoomEntry]
    next: int = 0


class RoomFound(ReplyStruct, frozen=True, tag="room-found"):
    """The room that was asked for; None: there is none that the asker may find."""

    room: RoomEntry | None


class OpenedRooms(ReplyStruct, frozen=True, tag="opened-rooms"):
    """Rooms with their keys."""

    rooms: list[RoomInfo]


class RoomCreated(ReplyStruct, frozen=True, tag="room-created"):
    """The new room, open to the asker; a direct room may have been there."""

    room: RoomInfo


class People(ReplyStruct, frozen=True, tag="people"):
    """A page of people, by id; others follow after `next` (0: that is all)."""

    people: list[Person]
    next: int = 0


class PeopleFound(ReplyStruct, frozen=True, tag="people-found"):
    """Who is called so, for each name that was asked for, in their order; None: nobody."""

    people: list[Who | None]
