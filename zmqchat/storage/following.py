"""The contents of all rooms in the order of their commits: what an index is derived from."""

from __future__ import annotations

from typing import Final, NamedTuple

import sqlalchemy as sa

from zmqchat.storage.reader import Reader
from zmqchat.storage.tables import contents, events

_number: Final[sa.ColumnElement[int]] = sa.literal_column("contents.rowid", sa.Integer())

_entries = (
    sa.select(
        _number,
        contents.c.room,
        contents.c.seq,
        events.c.type,
        events.c.sender,
        events.c.time_us,
        events.c.chain,
        contents.c.salt != sa.literal(b"", sa.LargeBinary()),
        contents.c.body,
    )
    .select_from(
        contents.join(
            events, sa.and_(events.c.room == contents.c.room, events.c.seq == contents.c.seq)
        )
    )
    .order_by(_number)
)
_following = _entries.where(_number > sa.bindparam("after")).limit(sa.bindparam("limit"))
_newest = sa.select(sa.func.coalesce(sa.func.max(_number), 0)).select_from(contents)
_one = _entries.where(_number == sa.bindparam("number"))


class Entry(NamedTuple):
    """An event with its content, under a number that rises from commit to commit, with holes.

    `whole` is False for a content that was erased; then `body` is empty.
    """

    number: int
    room: int
    seq: int
    type: str
    user: int
    time_us: int
    chain: bytes
    whole: bool
    body: bytes


def contents_after(reader: Reader, number: int, limit: int) -> list[Entry]:
    """Up to `limit` entries with a higher number, in order; ChatError STORAGE_FAILED."""
    with reader.reading() as connection:
        rows = connection.execute(_following, {"after": number, "limit": limit})
        return [Entry(*row) for row in rows]


def newest_number(reader: Reader) -> int:
    """The highest number that there is, 0 for none; ChatError STORAGE_FAILED."""
    with reader.reading() as connection:
        return int(connection.execute(_newest).scalar_one())


def content_at(reader: Reader, number: int) -> Entry | None:
    """The entry with this number; None where there is none. ChatError STORAGE_FAILED."""
    with reader.reading() as connection:
        row = connection.execute(_one, {"number": number}).one_or_none()
        return Entry(*row) if row is not None else None
