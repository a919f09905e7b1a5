"""How much of the log is whose: what an operator looks at before giving quotas."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from zmqchat.storage.logs import with_contents
from zmqchat.storage.reader import Reader
from zmqchat.storage.tables import contents, events, users

_usage = (
    sa.select(
        users.c.name,
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(sa.func.length(contents.c.body)), 0),
    )
    .select_from(with_contents.join(users, users.c.id == events.c.sender))
    .group_by(users.c.id)
    .order_by(sa.desc(sa.literal_column("3")), users.c.name)
)


class Usage(NamedTuple):
    """What one person has in the log: events, and the bytes of their contents."""

    name: str
    events: int
    size: int


def usage(reader: Reader) -> list[Usage]:
    """Of everybody who has anything there, the most first. Reads the whole log."""
    with reader.reading() as connection:
        return [Usage(*row) for row in connection.execute(_usage)]
