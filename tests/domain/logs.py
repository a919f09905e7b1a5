"""What a log would say of its events, worked out from the rows that were written with them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from tests.domain.realms import NOW, earlier_of, send_id
from zmqchat.domain.batch import Actor, Batch
from zmqchat.domain.draft import State
from zmqchat.domain.fold import FactsOf, facts_wanted
from zmqchat.domain.projection import (
    Erasure,
    Facts,
    Mentions,
    MessageState,
    Projected,
    Reaction,
)
from zmqchat.domain.state import StoredEvent
from zmqchat.protocol.replies import Accepted, Refusal
from zmqchat.protocol.requests import SendItem

_Key = tuple[int, int]


def fresh(size: int) -> bytes:
    """Bytes of any size that are another each time."""
    return send_id().rjust(size, b"\0")[-size:]


def states_of(rows: Sequence[Projected]) -> dict[_Key, MessageState]:
    """Of each message the last state that was written."""
    return {(row.room, row.seq): row for row in rows if isinstance(row, MessageState)}


def reactions_of(rows: Sequence[Projected]) -> dict[_Key, set[tuple[int, str]]]:
    """The (user, emoji) pairs that are on each message."""
    found: dict[_Key, set[tuple[int, str]]] = {}
    for row in rows:
        if isinstance(row, Reaction):
            on = found.setdefault((row.room, row.target), set())
            (on.add if row.on else on.discard)((row.user, row.emoji))
    return found


def mentions_of(rows: Sequence[Projected]) -> dict[_Key, tuple[int, ...]]:
    """Whom each message mentions."""
    return {(row.room, row.seq): row.users for row in rows if isinstance(row, Mentions)}


def erased_in(rows: Sequence[Projected]) -> set[_Key]:
    """The messages whose contents are to be blanked."""
    return {(row.room, row.target) for row in rows if isinstance(row, Erasure)}


def facts_of(
    events: Sequence[StoredEvent], rows: Sequence[Projected], keys: Collection[_Key]
) -> FactsOf:
    """The facts of the events at `keys` and of their threads' roots, as the database has them."""
    known = {(event.room, event.seq): event for event in events}
    states, reactions = states_of(rows), reactions_of(rows)
    roots = {(room, states[room, seq].root) for room, seq in keys if (room, seq) in states}
    return {
        key: Facts(
            event.type,
            event.sender,
            states.get(key, MessageState(*key)),
            frozenset(reactions.get(key, ())),
            sum(bool(s.pinned_seq) for (room, _), s in states.items() if room == key[0]),
        )
        for key in {*keys, *roots}
        if (event := known.get(key)) is not None
    }


@dataclass
class Log:
    """A state with its log: each call decides and commits one batch."""

    state: State
    events: list[StoredEvent] = field(default_factory=list)
    rows: list[Projected] = field(default_factory=list)

    def open(self, items: Sequence[SendItem], now_us: int) -> Batch:
        """A batch that knows of the log what deciding on these items takes."""
        facts = facts_of(self.events, self.rows, facts_wanted(items))
        return Batch(self.state, earlier_of(self.events), facts, now_us, fresh)

    def commit(self, batch: Batch) -> None:
        """Writes and applies it."""
        self.state.apply(batch.changes())
        self.events += batch.events
        self.rows += batch.projected

    def send(self, who: Actor, *items: SendItem, now_us: int = 0) -> list[Accepted | Refusal]:
        """Decides one sender's items in one batch."""
        work = self.open(items, now_us or NOW)
        results = work.sends(who, items)
        self.commit(work)
        return results
