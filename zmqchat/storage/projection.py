"""Writes what events have done to messages, in the transaction that writes the events.

Mechanical: what a value says was decided before. A reaction that was taken back and the mentions
that were replaced are deleted, erased contents are blanked, everything else replaces its row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import sqlalchemy as sa

from zmqchat.domain.projection import (
    Edit,
    Erasure,
    Mentions,
    MessageState,
    Picture,
    Projected,
    Reaction,
)
from zmqchat.storage.rows import Rows
from zmqchat.storage.tables import (
    contents,
    edits,
    events,
    mentions,
    message_states,
    pictures,
    reactions,
)

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPICursor

_ByType = defaultdict[type, list[Any]]

_room: Final[sa.BindParameter[Any]] = sa.bindparam("room")
_target: Final[sa.BindParameter[Any]] = sa.bindparam("target")
_nothing = sa.bindparam("nothing", type_=sa.LargeBinary())

_edits_of_target = sa.select(edits.c.seq).where(edits.c.room == _room, edits.c.target == _target)

_unset = sa.delete(reactions).where(
    reactions.c.room == _room,
    reactions.c.target == _target,
    reactions.c.user == sa.bindparam("user"),
    reactions.c.emoji == sa.bindparam("emoji"),
)
_forget = sa.delete(mentions).where(mentions.c.room == _room, mentions.c.seq == sa.bindparam("seq"))
_mention = sa.insert(mentions).from_select(
    ["user", "room", "seq", "author"],
    sa.select(sa.bindparam("user"), events.c.room, events.c.seq, events.c.sender).where(
        events.c.room == _room, events.c.seq == sa.bindparam("seq")
    ),
)
_blank = (
    sa.update(contents)
    .values(salt=_nothing, body=_nothing)
    .where(
        contents.c.room == _room,
        sa.or_(contents.c.seq == _target, contents.c.seq.in_(_edits_of_target)),
    )
)


class _Mention(NamedTuple):
    room: int
    seq: int
    user: int


class _Blank(NamedTuple):
    room: int
    target: int
    nothing: bytes = b""


class Projection:
    """The statements that write `Projected` values."""

    def __init__(self, upsert: Callable[[sa.Table], sa.Insert], dialect: sa.Dialect) -> None:
        self._states = Rows(upsert(message_states), dialect)
        self._set = Rows(upsert(reactions), dialect)
        self._unset = Rows(_unset, dialect)
        self._edits = Rows(sa.insert(edits), dialect)
        self._forget = Rows(_forget, dialect)
        self._mention = Rows(_mention, dialect)
        self._blank = Rows(_blank, dialect)
        self._pictures = Rows(upsert(pictures), dialect)

    def write(self, cursor: DBAPICursor, projected: Iterable[Projected]) -> None:
        """Writes the values kind by kind, after the events that they are about."""
        of: _ByType = defaultdict(list)
        for value in projected:
            of[type(value)].append(value)
        self._states.write(cursor, of[MessageState])
        self._write_reactions(cursor, of[Reaction])
        self._edits.write(cursor, set(of[Edit]))
        self._write_mentions(cursor, of[Mentions])
        self._blank.write(cursor, [_Blank(each.room, each.target) for each in of[Erasure]])
        self._pictures.write(cursor, of[Picture])

    def _write_reactions(self, cursor: DBAPICursor, values: list[Reaction]) -> None:
        last = {(each.room, each.target, each.user, each.emoji): each for each in values}
        self._set.write(cursor, (each for each in last.values() if each.on))
        self._unset.write(cursor, (each for each in last.values() if not each.on))

    def _write_mentions(self, cursor: DBAPICursor, values: list[Mentions]) -> None:
        last = {(each.room, each.seq): each for each in values}
        self._forget.write(cursor, last.values())
        self._mention.write(cursor, _each_mention(last.values()))


def _each_mention(values: Iterable[Mentions]) -> Iterator[_Mention]:
    for value in values:
        for user in set(value.users):
            yield _Mention(value.room, value.seq, user)
