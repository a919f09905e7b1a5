"""Messages as they are shown: edits, threads, reactions, pins and mentions folded in.

A page costs the same few statements however many messages it has. Names come from the users as
they are called now, so that reactions follow a renaming. Pages end by bytes as well as by number:
bodies (newest texts included) and reactions each stay within `max_bytes`, but for the first
message of a page, which comes however large it is. What a row costs beside its texts counts too:
with it, a reply stays below the limit of one, whatever anybody piles up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import starmap
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from zmqchat.protocol import codec
from zmqchat.protocol.events import Edited, Event
from zmqchat.protocol.replies import Message, Reaction
from zmqchat.protocol.who import Who
from zmqchat.storage.logs import EVENT_FIELDS, event_columns, with_contents
from zmqchat.storage.tables import (
    contents,
    edits,
    events,
    in_thread,
    is_pinned,
    mentions,
    message_states,
    reactions,
    rooms,
    users,
)

_END: Final = 2**63 - 1  # no log gets here
_NAME_BYTES: Final = 16  # what a person costs in a reply beside the name's letters
_ENVELOPE_BYTES: Final = 192  # about what an event costs beside its body


class Page(NamedTuple):
    """Messages, oldest first, valid at the room's `seq`.

    `more` says that there are others in the direction of reading.
    """

    seq: int
    messages: list[Message]
    more: bool


class Detail(NamedTuple):
    """One message and its edits, oldest first, valid at the room's `seq`; `more`: older ones."""

    seq: int
    message: Message
    edits: list[Event]
    more: bool


_edit = contents.alias("edit")

_folded = (
    sa.select(
        *event_columns,
        sa.func.coalesce(message_states.c.root, 0),
        sa.func.coalesce(message_states.c.replies, 0),
        sa.func.coalesce(message_states.c.replied_us, 0),
        message_states.c.edited_us,
        sa.func.coalesce(is_pinned, sa.false()),
        _edit.c.body.label("newest"),
    )
    .select_from(
        with_contents.outerjoin(
            message_states,
            sa.and_(message_states.c.room == events.c.room, message_states.c.seq == events.c.seq),
        ).outerjoin(
            _edit,
            sa.and_(_edit.c.room == events.c.room, _edit.c.seq == message_states.c.edited_seq),
        )
    )
    .where(events.c.room == sa.bindparam("room"), events.c.type == "posted")
)
_before = (
    _folded.where(events.c.seq < sa.bindparam("before"))
    .order_by(events.c.seq.desc())
    .limit(sa.bindparam("limit"))
)
_listed = _folded.where(events.c.seq.in_(sa.bindparam("seqs", expanding=True)))
_listed_upwards = _listed.order_by(events.c.seq)
_listed_downwards = _listed.order_by(events.c.seq.desc())

_head = sa.select(rooms.c.seq).where(rooms.c.id == sa.bindparam("room"))
_root = sa.select(message_states.c.root).where(
    message_states.c.room == sa.bindparam("room"), message_states.c.seq == sa.bindparam("seq")
)
_replies = (
    sa.select(message_states.c.seq)
    .where(
        message_states.c.room == sa.bindparam("room"),
        message_states.c.root == sa.bindparam("root"),
        in_thread,
        message_states.c.seq > sa.bindparam("after"),
    )
    .order_by(message_states.c.seq)
    .limit(sa.bindparam("limit"))
)
_pins = sa.select(message_states.c.seq).where(
    message_states.c.room == sa.bindparam("room"),
    message_states.c.seq < sa.bindparam("before"),
    is_pinned,
)
_edits = (
    sa.select(*event_columns)
    .select_from(
        with_contents.join(
            edits, sa.and_(edits.c.room == events.c.room, edits.c.seq == events.c.seq)
        )
    )
    .where(
        edits.c.room == sa.bindparam("room"),
        edits.c.target == sa.bindparam("target"),
        edits.c.seq < sa.bindparam("before"),
    )
    .order_by(events.c.seq.desc())
)
_reactions = (
    sa.select(reactions.c.target, reactions.c.emoji, users.c.id, users.c.name)
    .join_from(reactions, users, users.c.id == reactions.c.user)
    .where(
        reactions.c.room == sa.bindparam("room"),
        reactions.c.target.in_(sa.bindparam("seqs", expanding=True)),
    )
)
_reactions_upwards = _reactions.order_by(reactions.c.target, reactions.c.seq)
_reactions_downwards = _reactions.order_by(reactions.c.target.desc(), reactions.c.seq)
_mentions = (
    sa.select(mentions.c.seq, mentions.c.user)
    .where(
        mentions.c.room == sa.bindparam("room"),
        mentions.c.seq.in_(sa.bindparam("seqs", expanding=True)),
    )
    .order_by(mentions.c.user)
)


def page_before(
    connection: sa.Connection, room: int, before: int | None, limit: int, max_bytes: int
) -> Page:
    """The last messages with a seq below `before` (None: of all)."""
    values = {"room": room, "before": _END if before is None else before, "limit": limit + 1}
    with connection.execute(_before, values) as rows:
        taken, more = _within(rows, limit, max_bytes)
    return _page(connection, room, taken, max_bytes, more=more)


def thread(
    connection: sa.Connection, room: int, member: int, after: int, limit: int, max_bytes: int
) -> Page:
    """The thread that the message at `member` is in: its root and the replies, above `after`."""
    root = connection.execute(_root, {"room": room, "seq": member}).scalar() or member
    values = {"room": room, "root": root, "after": after, "limit": limit + 1}
    seqs = list(connection.execute(_replies, values).scalars())
    listed = [root, *seqs] if after < root else seqs
    return _list(connection, _listed_upwards, room, listed, limit, max_bytes)


def pinned(connection: sa.Connection, room: int, before: int | None, max_bytes: int) -> Page:
    """The pinned messages with a seq below `before` (None: all); of more than fit the newest."""
    values = {"room": room, "before": _END if before is None else before}
    seqs = list(connection.execute(_pins, values).scalars())
    return _list(connection, _listed_downwards, room, seqs, len(seqs), max_bytes)


def listed(connection: sa.Connection, room: int, seqs: Sequence[int], max_bytes: int) -> Page:
    """Those of the messages at `seqs` that there are; of more than fit the newest."""
    return _list(connection, _listed_downwards, room, seqs, len(seqs), max_bytes)


def detail(
    connection: sa.Connection, room: int, seq: int, before: int | None, max_bytes: int
) -> Detail | None:
    """The message at `seq`, if it is one, with its edits whose seq is below `before` (None: all);
    of more than fit the newest.
    """
    page = listed(connection, room, [seq], max_bytes)
    if not page.messages:
        return None
    values = {"room": room, "target": seq, "before": _END if before is None else before}
    more = False
    with connection.execute(_edits, values) as rows:
        taken: list[Event] = []
        for event in starmap(Event, rows):
            max_bytes -= len(event.body) + _ENVELOPE_BYTES
            more = max_bytes < 0 and bool(taken)
            if more:
                break
            taken.append(event)
    return Detail(page.seq, page.messages[0], taken[::-1], more)


def _list(
    connection: sa.Connection,
    query: sa.Select[Any],
    room: int,
    seqs: Sequence[int],
    limit: int,
    max_bytes: int,
) -> Page:
    with connection.execute(query, {"room": room, "seqs": list(seqs)}) as rows:
        taken, more = _within(rows, limit, max_bytes)
    return _page(connection, room, taken, max_bytes, more=more)


def _within(rows: Iterable[Any], limit: int, max_bytes: int) -> tuple[list[Any], bool]:
    """The first rows, as many as may be; and whether there are others."""
    taken: list[Any] = []
    for row in rows:
        max_bytes -= len(row.body) + len(row.newest or b"")
        if len(taken) == limit or (max_bytes < 0 and taken):
            return taken, True
        taken.append(row)
    return taken, False


def _page(
    connection: sa.Connection, room: int, rows: list[Any], max_bytes: int, *, more: bool
) -> Page:
    """The page of `rows`, which are in the direction of reading."""
    seq = connection.execute(_head, {"room": room}).scalar() or 0
    seqs = [row.seq for row in rows]
    downwards = seqs[-1:] < seqs[:1]
    reacted, fit = _reactions_on(connection, room, seqs, max_bytes, downwards=downwards)
    mentioned = _mentioned_in(connection, room, seqs)
    found = [_message(row, reacted, mentioned) for row in rows[:fit]]
    found.sort(key=lambda message: message.event.seq)
    return Page(seq, found, more or fit < len(rows))


def _message(
    row: Any, reacted: dict[int, dict[str, list[Who]]], mentioned: dict[int, list[int]]
) -> Message:
    (event,) = starmap(Event, [row[:EVENT_FIELDS]])
    root, replies, replied_us, edited_us, is_pinned_, newest = row[EVENT_FIELDS:]
    return Message(
        event,
        edited_us if newest else None,
        _text(newest) if newest else None,
        root,
        replies,
        replied_us,
        [Reaction(emoji, people) for emoji, people in reacted.get(event.seq, {}).items()],
        bool(is_pinned_),
        mentioned.get(event.seq, []),
    )


def _text(body: bytes) -> str:
    edited = codec.decode_body("edited", body)
    assert isinstance(edited, Edited)
    return edited.text


def _reactions_on(
    connection: sa.Connection, room: int, seqs: list[int], max_bytes: int, *, downwards: bool
) -> tuple[dict[int, dict[str, list[Who]]], int]:
    """By message and emoji the people; and how many of `seqs` they fit for."""
    found: dict[int, dict[str, list[Who]]] = {}
    query = _reactions_downwards if downwards else _reactions_upwards
    with connection.execute(query, {"room": room, "seqs": seqs}) as rows:
        for target, emoji, user, name in rows:
            max_bytes -= len(emoji.encode()) + len(name.encode()) + _NAME_BYTES
            if max_bytes < 0 and target != seqs[0]:
                return found, seqs.index(target)
            found.setdefault(target, {}).setdefault(emoji, []).append(Who(user, name))
    return found, len(seqs)


def _mentioned_in(connection: sa.Connection, room: int, seqs: list[int]) -> dict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for seq, user in connection.execute(_mentions, {"room": room, "seqs": seqs}):
        found[seq].append(user)
    return found
