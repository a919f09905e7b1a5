"""Requests about rooms and who is in them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from zmqchat.protocol.limits import (
    DIRECT_MEMBERS,
    LISTED_PER_PAGE,
    NAMES_PER_REQUEST,
    ROOM_REFERENCE_CHARACTERS,
    ROOMS_PER_CATCH_UP,
)
from zmqchat.protocol.requests.base import RequestStruct


class Rooms(RequestStruct, frozen=True, tag="rooms"):
    """A page of the rooms that the asker may find: those with an id above `after`."""

    after: int = 0


class FindRoom(RequestStruct, frozen=True, tag="find-room"):
    """The room of this id or name, `@bob,carol` for a conversation, if the asker may find it."""

    room: int | Annotated[str, msgspec.Meta(max_length=ROOM_REFERENCE_CHARACTERS)]


class OpenRooms(RequestStruct, frozen=True, tag="open-rooms"):
    """Names, keys and heads of rooms that the asker is a member of; others are left out."""

    rooms: Annotated[list[int], msgspec.Meta(max_length=ROOMS_PER_CATCH_UP)]


class CreateRoom(RequestStruct, frozen=True, tag="create-room"):
    """A new room with the asker as its owner; `id` makes a repetition harmless."""

    id: bytes
    name: str
    private: bool = False
    description: str = ""


class OpenDirect(RequestStruct, frozen=True, tag="open-direct"):
    """The direct room of the asker and `people`, made if there is none; `id` as in create-room."""

    id: bytes
    people: Annotated[list[int], msgspec.Meta(max_length=DIRECT_MEMBERS)]


class FindPeople(RequestStruct, frozen=True, tag="find-people"):
    """Who is called so, or was: a former name stays its owner's."""

    names: Annotated[list[str], msgspec.Meta(max_length=NAMES_PER_REQUEST)]


class KnowPeople(RequestStruct, frozen=True, tag="know-people"):
    """How the users with these ids are shown, as far as the asker may know of them."""

    users: Annotated[list[int], msgspec.Meta(max_length=LISTED_PER_PAGE)]


class Members(RequestStruct, frozen=True, tag="members"):
    """A page of who is in `room` (None: in the realm): those with an id above `after`."""

    room: int | None = None
    after: int = 0


class SetTyping(RequestStruct, frozen=True, tag="set-typing"):
    """The asker is writing something in the room, or no longer is; told to small rooms only."""

    room: int
    on: bool = True
