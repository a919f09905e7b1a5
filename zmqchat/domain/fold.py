"""What the events of a batch make of messages, on top of what the log knows of them.

The facts of a message are looked up in the log before the batch is decided (`facts_wanted` says
which); those of a message of the same batch come from the batch. Each event that concerns a
message is folded in, so that the next decision sees it, and leaves the rows to be written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from zmqchat.domain.projection import Facts, MessageState, Projected, Reaction
from zmqchat.domain.state import StoredEvent
from zmqchat.errors import PeerError
from zmqchat.protocol import codec
from zmqchat.protocol.events import (
    Edited,
    Pinned,
    Posted,
    Reacted,
    Redacted,
    Unpinned,
    Unreacted,
)
from zmqchat.protocol.requests import SendItem

AboutMessage = Edited | Redacted | Reacted | Unreacted | Pinned | Unpinned
"""The bodies with a target: a message of the same room."""

FactsOf = Mapping[tuple[int, int], Facts]
"""What the log knows of events, by (room, seq)."""

FIRST = 1
"""A room's first event is always there, and its facts tell how many messages are pinned."""

_MOST = 2**63 - 1  # a database knows no greater number, and no log has one

_TEXT_ALONE = b"\x81"
"""How a message begins that answers nothing: a map of one field. It is not decoded twice."""

_TARGETED = frozenset({"edited", "redacted", "reacted", "unreacted", "pinned", "unpinned"})


def facts_wanted(items: Iterable[SendItem]) -> set[tuple[int, int]]:
    """The (room, seq) of all events that deciding on `items` looks at.

    A body that cannot be decoded wants nothing, and is refused when it is decided.
    """
    wanted: set[tuple[int, int]] = set()
    for item in items:
        if item.type in _TARGETED or (item.type == "posted" and item.body[:1] != _TEXT_ALONE):
            wanted.update((item.room, seq) for seq in _seqs_of(item) if 0 < seq <= _MOST)
    return {key for key in wanted if 0 < key[0] <= _MOST}


def _seqs_of(item: SendItem) -> tuple[int, ...]:
    try:
        body = codec.decode_body(item.type, item.body)
    except PeerError:
        return ()
    if isinstance(body, Pinned):
        return body.target, FIRST
    if isinstance(body, AboutMessage):
        return (body.target,)
    if isinstance(body, Posted) and body.reply_to is not None:
        return (body.reply_to,)
    return ()


class Fold:
    """Facts as the batch leaves them, and `rows`: the projection that is to be written with it.

    `events` is the batch's own list, which grows.
    """

    def __init__(self, facts: FactsOf, events: list[StoredEvent]) -> None:
        self._facts = dict(facts)
        self._pins: dict[int, int] = {}
        self._events = events
        self._born: dict[tuple[int, int], StoredEvent] = {}
        self._indexed = 0
        self.rows: list[Projected] = []

    def facts(self, room: int, seq: int) -> Facts | None:
        """What is known of the event at (room, seq) now; None where there is no such event."""
        known = self._facts.get((room, seq))
        if known is None and (event := self._event(room, seq)) is not None:
            return Facts(event.type, event.sender, MessageState(room, seq))
        return known

    def pins(self, room: int) -> int:
        """How many messages of the room are pinned now."""
        if room not in self._pins:
            # A room whose first event the log does not know is of this batch.
            first = self._facts.get((room, FIRST))
            self._pins[room] = first.pins if first is not None else 0
        return self._pins[room]

    def write(self, *rows: Projected) -> None:
        """Notes what an event made of messages."""
        for row in rows:
            if isinstance(row, MessageState):
                self._put_state(row)
            elif isinstance(row, Reaction):
                self._put_reaction(row)
        self.rows += rows

    def _put_state(self, state: MessageState) -> None:
        facts = self._known(state.room, state.seq)
        pinned = bool(state.pinned_seq) - bool(facts.state.pinned_seq)
        if pinned:
            self._pins[state.room] = self.pins(state.room) + pinned
        self._facts[state.room, state.seq] = replace(facts, state=state)

    def _put_reaction(self, reaction: Reaction) -> None:
        facts = self._known(reaction.room, reaction.target)
        one = {(reaction.user, reaction.emoji)}
        after = facts.reactions | one if reaction.on else facts.reactions - one
        self._facts[reaction.room, reaction.target] = replace(facts, reactions=after)

    def _known(self, room: int, seq: int) -> Facts:
        facts = self.facts(room, seq)
        assert facts is not None  # what is written follows an event that is there
        return facts

    def _event(self, room: int, seq: int) -> StoredEvent | None:
        for event in self._events[self._indexed :]:
            self._born[event.room, event.seq] = event
        self._indexed = len(self._events)
        return self._born.get((room, seq))
