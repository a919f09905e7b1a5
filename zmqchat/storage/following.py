"""The contents of all rooms in the order of their commits: what an index is derived from."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from zmqchat.storage.reader import Reader
from zmqchat.storage.tables import contents, events

_LAST: Final = 2**63 - 1

_number: Final[sa.ColumnElement[int]] = sa.literal_column("contents.rowid", sa.Integer())

_unordered = sa.select(
    _number,
    contents.c.room,
    contents.c.seq,
    events.c.type,
    events.c.sender,
    events.c.time_us,
    events.c.chain,
    contents.c.salt != sa.literal(b"", sa.LargeBinary()),
    contents.c.body,
).select_from(
    contents.join(events, sa.and_(events.c.room == contents.c.room, events.c.seq == contents.c.seq))
)
_entries = _unordered.order_by(_number)
_following = _entries.where(_number > sa.bindparam("after")).limit(sa.bindparam("limit"))
_backwards = (
    _unordered.where(_number > sa.bindparam("after"), _number < sa.bindparam("before"))
    .order_by(_number.desc())
    .limit(sa.bindparam("limit"))
)
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


def contents_after(reader: Reader, number: int, limit: int, max_bytes: int) -> list[Entry]:
    """Up to `limit` entries with a higher number, in order; ChatError STORAGE_FAILED.

    No more once their bodies have `max_bytes`.
    """
    return _page(reader, _following, {"after": number, "limit": limit}, max_bytes)


def newest_contents(
    reader: Reader, number: int, before: int, limit: int, max_bytes: int
) -> list[Entry]:
    """Of the entries with a higher number, below `before` (0: all), the newest, newest first.

    As many as `contents_after` has. ChatError STORAGE_FAILED.
    """
    span = {"after": number, "before": before or _LAST, "limit": limit}
    return _page(reader, _backwards, span, max_bytes)


def _page(
    reader: Reader, query: sa.Select[Any], values: dict[str, int], max_bytes: int
) -> list[Entry]:
    found: list[Entry] = []
    with reader.reading() as connection, connection.execute(query, values) as rows:
        for row in rows:
            found.append(entry := Entry(*row))
            max_bytes -= len(entry.body)
            if max_bytes <= 0:
                break
    return found


def newest_number(reader: Reader) -> int:
    """The highest number that there is, 0 for none; ChatError STORAGE_FAILED."""
    with reader.reading() as connection:
        return int(connection.execute(_newest).scalar_one())


def content_at(reader: Reader, number: int) -> Entry | None:
    """The entry with this number; None where there is none. ChatError STORAGE_FAILED."""
    with reader.reading() as connection:
        row = connection.execute(_one, {"number": number}).one_or_none()
        return Entry(*row) if row is not None else None
