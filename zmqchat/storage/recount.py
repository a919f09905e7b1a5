"""Compares what is kept of a room's messages with what its log makes of them.

Whom a text mentions depends on who was a member when it was written, so mentions are not
recomputed; they must be of messages that are there, and by their senders.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Final

import sqlalchemy as sa

from zmqchat.domain.projection import MessageState
from zmqchat.storage.replay import ReactionKey, Replay
from zmqchat.storage.tables import (
    contents,
    edits,
    events,
    mentions,
    message_states,
    reactions,
)

Fault = tuple[int, str]
"""A seq, and what is wrong with it."""

_SEQS_PER_STATEMENT: Final = 4096
_SAID: Final = [field.name for field in fields(MessageState) if field.name not in {"room", "seq"}]

_room: Final[sa.BindParameter[int]] = sa.bindparam("room")

_states = sa.select(*(message_states.c[field.name] for field in fields(MessageState))).where(
    message_states.c.room == _room
)
_edits = sa.select(edits.c.seq, edits.c.target).where(edits.c.room == _room)
_reactions = sa.select(
    reactions.c.target, reactions.c.user, reactions.c.emoji, reactions.c.seq
).where(reactions.c.room == _room)
_left = sa.select(contents.c.seq).where(
    contents.c.room == _room,
    contents.c.seq.in_(sa.bindparam("seqs", expanding=True)),
    sa.func.length(contents.c.body) + sa.func.length(contents.c.salt) > 0,
)
_stray_mentions = (
    sa.select(mentions.c.seq)
    .distinct()
    .select_from(
        mentions.outerjoin(
            events, sa.and_(events.c.room == mentions.c.room, events.c.seq == mentions.c.seq)
        )
    )
    .where(
        mentions.c.room == _room,
        sa.or_(
            events.c.type.is_(None),
            events.c.type != "posted",
            events.c.sender != mentions.c.author,
        ),
    )
)
_mentioning = sa.select(mentions.c.seq).distinct().where(mentions.c.room == _room)


def recount(connection: sa.Connection, room: int, log: Replay) -> Iterator[Fault]:
    """The faults of what is kept of `room`, whose whole log `log` has taken."""
    here = {"room": room}
    kept_edits = {row.seq: row.target for row in connection.execute(_edits, here)}
    true_edits = log.edits(kept_edits)
    yield from _check_erasures(connection, room, log, true_edits)
    for seq in sorted({seq for seq, _ in kept_edits.items() ^ true_edits.items()}):
        yield seq, "which message it edits is not what is kept of it"
    kept = {row.seq: MessageState(*row) for row in connection.execute(_states, here)}
    yield from _check_states(kept, log.states(true_edits, kept), room)
    rows = connection.execute(_reactions, here)
    set_by = {(target, user, emoji): seq for target, user, emoji, seq in rows}
    yield from _check_reactions(set_by, log.reactions)
    strays = {*connection.execute(_stray_mentions, here).scalars()}
    strays |= log.erased.keys() & set(connection.execute(_mentioning, here).scalars())
    for seq in sorted(strays):
        yield seq, "it is kept as mentioning somebody, and there is no such message"


def _check_erasures(
    connection: sa.Connection, room: int, log: Replay, edits_: Mapping[int, int]
) -> Iterator[Fault]:
    for seq in log.unexplained(edits_):
        yield seq, "its content is gone, and nothing in the log erased it"
    gone = sorted({*log.erased, *(seq for seq, target in edits_.items() if target in log.erased)})
    for start in range(0, len(gone), _SEQS_PER_STATEMENT):
        values = {"room": room, "seqs": gone[start : start + _SEQS_PER_STATEMENT]}
        for seq in connection.execute(_left, values).scalars():
            yield seq, "it was erased, and its content is still there"


def _check_states(
    kept: Mapping[int, MessageState], true: Mapping[int, MessageState], room: int
) -> Iterator[Fault]:
    for seq in sorted({*kept, *true}):
        nothing = MessageState(room, seq)
        here, there = kept.get(seq, nothing), true.get(seq, nothing)
        for name in _SAID:
            is_kept, is_true = getattr(here, name), getattr(there, name)
            if is_kept != is_true:
                yield seq, f"its {name} is kept as {is_kept}, and the log makes it {is_true}"


def _check_reactions(
    kept: Mapping[ReactionKey, int], true: Mapping[ReactionKey, int]
) -> Iterator[Fault]:
    for target in sorted({key[0] for key, _ in kept.items() ^ true.items()}):
        yield target, "the reactions that are kept of it are not those of the log"
