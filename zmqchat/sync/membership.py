"""Membership as the log tells it, and the queue of rooms whose keys are to be asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from zmqchat.errors import PeerError
from zmqchat.protocol.codec import decode_body
from zmqchat.protocol.events import (
    Appointed,
    Archived,
    Banned,
    Body,
    Described,
    Event,
    Invited,
    Joined,
    Kicked,
    Left,
    PersonRenamed,
    Renamed,
    Unarchived,
)
from zmqchat.protocol.limits import ROOMS_PER_CATCH_UP
from zmqchat.protocol.requests import OpenRooms
from zmqchat.protocol.rooms import Role, RoomInfo
from zmqchat.sync.context import Context, Purpose, Timer

_MEMBERSHIP = frozenset({"joined", "invited", "left", "kicked", "banned"})
_SETTINGS = frozenset({"renamed", "described", "archived", "unarchived"})
_STANDING = frozenset({"appointed", "left", "kicked", "banned"})
_RETRY_S = 1.0


def _bodies(events: Iterable[Event], types: frozenset[str]) -> Iterable[Body]:
    for event in events:
        if event.type in types and not event.erased:
            try:
                yield decode_body(event.type, event.body)
            except PeerError:
                continue  # a later version's body: it counts, and tells us nothing


def expelled(events: Iterable[Event], user: int) -> bool:
    """Whether `user` may be out of the room after these events.

    Who was out and is invited is in again only where it does not ignore whoever invited it: the log
    does not say so, the server does.
    """
    out = False
    for body in _bodies(events, _MEMBERSHIP):
        if isinstance(body, Joined | Invited | Left | Kicked | Banned) and body.member == user:
            out = isinstance(body, Left | Kicked | Banned) or (out and isinstance(body, Invited))
    return out


def described(info: RoomInfo, events: Iterable[Event], user: int) -> RoomInfo:
    """The room as these events left it: what it is called, and what `user` is in it.

    What stands in the log up to where `info` was read is in it: on the way through an old page, the
    room would bear names that are another's by now.
    """
    events = list(events)
    for body in _bodies((event for event in events if event.seq > info.seq), _SETTINGS):
        info = msgspec.structs.replace(info, **_setting(body))
    for body in _bodies(events, _STANDING):
        role = _role(body, user) or info.role
        info = msgspec.structs.replace(info, role=role)
    return info


def _setting(body: Body) -> dict[str, Any]:
    match body:
        case Renamed(renamed):
            return {"name": renamed}
        case Described(text):
            return {"description": text}
        case Archived() | Unarchived():
            return {"archived": isinstance(body, Archived)}
    return {}


def _role(body: Body, user: int) -> Role | None:
    match body:
        case Appointed(member, _, role) if member == user:
            return role
        case Left(member) | Kicked(member) | Banned(member) if member == user:
            return Role.MEMBER  # who comes back begins anew
    return None


def renamings(events: Iterable[Event]) -> list[PersonRenamed]:
    """Who is called otherwise after these events."""
    bodies = _bodies(events, frozenset({"person-renamed"}))
    return [body for body in bodies if isinstance(body, PersonRenamed)]


class OpenRoomsQueue:
    """Rooms whose name, keys and head are needed; one request at a time."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._rooms: dict[int, None] = {}
        self._under_way = False

    def end(self) -> None:
        """The session is gone; a welcome tells all."""
        self._under_way = False
        self._rooms.clear()
        self._context.clear(Timer.OPEN_ROOMS)

    def add(self, room: int) -> None:
        """Ask for a room at the end of this input."""
        self._rooms[room] = None

    def send(self, now: float) -> None:
        """Ask for what is wanted, unless a request is under way."""
        if self._rooms and not self._under_way:
            rooms = list(self._rooms)[:ROOMS_PER_CATCH_UP]
            self._under_way = True
            self._context.ask(now, Purpose.OPEN_ROOMS, OpenRooms(rooms), rooms)

    def answered(self, rooms: list[int]) -> None:
        """The reply for `rooms` is here."""
        self._under_way = False
        for room in rooms:
            self._rooms.pop(room, None)

    def refused(self, now: float, retry_after: float | None) -> None:
        """The server did not answer this time."""
        self._context.set(Timer.OPEN_ROOMS, now + self._context.put_off(_RETRY_S, retry_after))

    def retry(self) -> None:
        """Enough time has passed since a refusal."""
        self._under_way = False
