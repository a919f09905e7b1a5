"""What decisions ask of the log: one bounded number of statements for a batch's keys.

Raw statements with a list of keys, as for earlier sends: for `(room, seq) IN (VALUES …)` SQLite
scans the whole log, and SQLAlchemy takes 2 ms to compile a list of fifty.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import chain
from typing import Any, Final

from zmqchat.domain.projection import Facts, MessageState

_Key = tuple[int, int]
_Read = Callable[[str, tuple[Any, ...]], Sequence[Any]]
"""Executes a statement with these parameters; its rows."""

_KEYS_PER_STATEMENT: Final = 8192  # two parameters a key; SQLite's default limit is 32,766

_EVENTS: Final = """
    WITH wanted (room, seq) AS (VALUES …)
    SELECT e.room, e.seq, e.type, e.sender, s.root, s.replies, s.replied_us, s.edited_seq,
           s.edited_us, s.pinned_seq, s.erased_us
    FROM wanted JOIN events e ON e.room = wanted.room AND e.seq = wanted.seq
    LEFT JOIN message_states s ON s.room = e.room AND s.seq = e.seq
"""
_REACTIONS: Final = """
    WITH wanted (room, seq) AS (VALUES …)
    SELECT r.room, r.target, r."user", r.emoji
    FROM wanted JOIN reactions r ON r.room = wanted.room AND r.target = wanted.seq
"""
_PINS: Final = """
    WITH wanted (room, seq) AS (VALUES …)
    SELECT s.room, count(*) FROM message_states s
    WHERE s.room IN (SELECT room FROM wanted) AND s.pinned_seq > 0 GROUP BY s.room
"""


def read_facts(read: _Read, mark: str, keys: Collection[_Key]) -> dict[_Key, Facts]:
    """The facts of `keys` that the log has, and of the roots of their threads."""
    found = _facts(read, mark, set(keys))
    roots = {(room, facts.state.root) for (room, _), facts in found.items() if facts.state.root}
    return found | _facts(read, mark, roots - found.keys())


def _facts(read: _Read, mark: str, keys: set[_Key]) -> dict[_Key, Facts]:
    reactions: defaultdict[_Key, set[tuple[int, str]]] = defaultdict(set)
    for room, target, user, emoji in _rows(read, _REACTIONS, mark, keys):
        reactions[room, target].add((user, emoji))
    pins: dict[int, int] = dict(_rows(read, _PINS, mark, keys))
    return {
        (room, seq): Facts(
            kind,
            user,
            MessageState(room, seq, *(value or 0 for value in state)),
            frozenset(reactions.get((room, seq), ())),
            pins.get(room, 0),
        )
        for room, seq, kind, user, *state in _rows(read, _EVENTS, mark, keys)
    }


def _rows(read: _Read, sql: str, mark: str, keys: set[_Key]) -> Iterator[Any]:
    in_order = sorted(keys)
    for start in range(0, len(in_order), _KEYS_PER_STATEMENT):
        page = in_order[start : start + _KEYS_PER_STATEMENT]
        listed = sql.replace("…", ", ".join([f"({mark}, {mark})"] * len(page)))
        yield from read(listed, tuple(chain.from_iterable(page)))
