"""Requests that look up what a user keeps, and how people are shown."""

from __future__ import annotations

from typing import Any, Final

from zmqchat.domain.acquaintance import person_read_of
from zmqchat.domain.listings import ignored_people, readings_since
from zmqchat.protocol import requests as ask
from zmqchat.protocol.replies import AccountState
from zmqchat.server import directory, reads
from zmqchat.server.answers.desk import Answer, Asked, Desk


def account(desk: Desk, asked: Asked[ask.Account]) -> None:
    """Markers, settings and counts of the rooms that the asker may read."""
    state, reader, user = desk.parts.state, desk.parts.reader, asked.user

    def read() -> AccountState:
        # Before the counts: what is put meanwhile is told once more, and never left out.
        version, readings = readings_since(state, user.id, asked.body)
        changed = {reading.room for reading in readings} if asked.body.since > 0 else None
        ignored = ignored_people(state, user.id)
        rooms = directory.rooms_to_read(state, user.id)
        seen.update(rooms)
        return reads.account(reader, user, version, changed, rooms, ignored)

    seen: set[int] = set()
    cost = reads.READ_COST + 2 * len(state.rooms_of(user.id))
    desk.read(asked, cost, read, lambda: directory.still_readable(state, user.id, seen))


def picture(desk: Desk, asked: Asked[ask.Picture]) -> None:
    """The picture of anybody whom the asker may know of."""
    user = person_read_of(desk.parts.state, asked.user, asked.body.user)
    reader = desk.parts.reader
    desk.read(asked, reads.READ_COST, lambda: reads.picture(reader, user))


ANSWERS: Final[dict[type[Any], Answer]] = {
    ask.Account: account,
    ask.Picture: picture,
}
