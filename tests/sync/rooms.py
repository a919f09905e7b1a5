"""A room of the model server and a timeline of it, for tests of single parts."""

from __future__ import annotations

from tests.sync.model import REALM, ModelRoom, Server
from zmqchat.sync.timeline import Origin, Point, Timeline


def room_with(events: int) -> tuple[Server, ModelRoom]:
    """A server whose room 1 has so many events."""
    server = Server(1)
    for number in range(events):
        server.post(1, f"event {number + 1}")
    return server, server.rooms[1]


def timeline_of(room: ModelRoom, seq: int = 0) -> Timeline:
    """A timeline that has applied the room's log up to `seq`."""
    point = Point(seq, room.chain_at(seq))
    return Timeline(room.room, REALM, room.lineages, Origin(point))
