"""Requests that read messages as they are shown: pages, threads, pins, one with its edits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from zmqchat.domain.permissions import Action, require
from zmqchat.domain.state import Room
from zmqchat.protocol import requests as ask
from zmqchat.protocol.limits import PINS_PER_ROOM
from zmqchat.protocol.replies import ReplyBody
from zmqchat.server import reads
from zmqchat.server.answers.desk import Answer, Asked, Desk
from zmqchat.server.reads import Reader


def history(desk: Desk, asked: Asked[ask.History]) -> None:
    """Reads a page of a room."""
    _read(
        desk, asked, asked.body.limit, lambda reader, room: reads.history(reader, room, asked.body)
    )


def thread(desk: Desk, asked: Asked[ask.Thread]) -> None:
    """Reads a page of a thread."""
    _read(
        desk, asked, asked.body.limit, lambda reader, room: reads.thread(reader, room, asked.body)
    )


def pins(desk: Desk, asked: Asked[ask.Pins]) -> None:
    """Reads what is pinned in a room."""
    _read(desk, asked, PINS_PER_ROOM, lambda reader, room: reads.pins(reader, room, asked.body))


def one_message(desk: Desk, asked: Asked[ask.OneMessage]) -> None:
    """Reads one message and its edits."""
    _read(desk, asked, 1, lambda reader, room: reads.one_message(reader, room, asked.body))


def _read(
    desk: Desk, asked: Asked[Any], messages: int, read: Callable[[Reader, Room], ReplyBody]
) -> None:
    """Reads so many messages of a room, for one who may when it is asked and when it is told."""
    parts, body = desk.parts, asked.body

    def room_to_read() -> Room:
        return require(parts.state, asked.user.id, body.room, Action.READ)

    room = room_to_read()
    desk.read(asked, reads.page_cost(messages), lambda: read(parts.reader, room), room_to_read)


ANSWERS: Final[dict[type[Any], Answer]] = {
    ask.History: history,
    ask.Thread: thread,
    ask.Pins: pins,
    ask.OneMessage: one_message,
}
