"""What a user keeps about rooms, with the counts that go with it.

Everything comes from one moment: the room's head, its posted count, the marker and the mentions
behind it, so that a client may go on counting from there. A room costs one range of the key of
`mentions`, which names only those messages that mention somebody.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from zmqchat.domain.state import Reading
from zmqchat.protocol.rooms import Level
from zmqchat.protocol.who import EVERYBODY
from zmqchat.storage.tables import events, ignored, mentions, readings, rooms


class Counts(NamedTuple):
    """A room at its `seq`, where `posted` messages were ever posted.

    `reading` is None for a room that the user never marked. `mentions` counts the messages behind
    the marker that name the user or everybody, without those of the user and of people whom the
    user ignores; `hidden` the messages behind it by people whom the user ignores, as far as
    `read_counts` looked for them.
    """

    room: int
    seq: int
    posted: int
    reading: Reading | None
    mentions: int
    hidden: int = 0


_LOOKED_THROUGH: Final = 2000
"""Events behind a marker among which messages by ignored people are counted: 0.35 ms of reading."""

_user: Final[sa.BindParameter[Any]] = sa.bindparam("user")

_ignored = sa.select(ignored.c.other).where(ignored.c.user == _user, ignored.c.on)

_mentioned = (
    sa.select(sa.func.count(mentions.c.seq.distinct()))
    .where(
        mentions.c.user.in_([sa.literal_column(str(EVERYBODY)), _user]),
        mentions.c.room == rooms.c.id,
        mentions.c.seq > sa.func.coalesce(readings.c.seq, 0),
        mentions.c.author != _user,
        mentions.c.author.not_in(_ignored),
    )
    .correlate(rooms, readings)
    .scalar_subquery()
)

_hidden = sa.case(
    (
        rooms.c.seq - sa.func.coalesce(readings.c.seq, 0) <= _LOOKED_THROUGH,
        sa.select(sa.func.count())
        .where(
            events.c.room == rooms.c.id,
            events.c.seq > sa.func.coalesce(readings.c.seq, 0),
            events.c.type == "posted",
            events.c.sender.in_(_ignored),
        )
        .correlate(rooms, readings)
        .scalar_subquery(),
    ),
    else_=0,
)

_counts = (
    sa.select(
        rooms.c.id,
        rooms.c.seq,
        rooms.c.posted,
        readings.c.seq.label("read"),
        readings.c.posted.label("read_posted"),
        readings.c.level,
        readings.c.muted,
        readings.c.version,
        _mentioned.label("mentions"),
    )
    .select_from(
        rooms.outerjoin(readings, sa.and_(readings.c.room == rooms.c.id, readings.c.user == _user))
    )
    .where(rooms.c.id.in_(sa.bindparam("rooms", expanding=True)))
    .order_by(rooms.c.id)
)

_counts_without = _counts.add_columns(_hidden.label("hidden"))
_counts = _counts.add_columns(sa.literal_column("0").label("hidden"))


def read_counts(
    connection: sa.Connection, user: int, rooms: Sequence[int], *, ignoring: bool = False
) -> list[Counts]:
    """The counts of `rooms`, in the order of their ids; rooms that do not exist are left out.

    Messages by people whom the user ignores are looked for with `ignoring` only, and only in rooms
    with few events behind the marker: each of those is read.
    """
    statement = _counts_without if ignoring else _counts
    found = connection.execute(statement, {"user": user, "rooms": list(rooms)})
    return [
        Counts(
            row.id,
            row.seq,
            row.posted,
            None
            if row.version is None
            else Reading(
                row.id,
                user,
                row.read,
                row.read_posted,
                Level(row.level),
                row.muted,
                row.version,
            ),
            row.mentions,
            row.hidden,
        )
        for row in found
    ]
