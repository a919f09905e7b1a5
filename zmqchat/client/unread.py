"""Unread messages and mentions of each room: the server's counts, counted on with live events.

Pure. A room's state is valid at its seq, so that of the events that were heard meanwhile only those
behind it count.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

import msgspec

from zmqchat.errors import PeerError
from zmqchat.protocol.codec import decode_body
from zmqchat.protocol.events import Event, Posted
from zmqchat.protocol.mentions import EVERYBODY_NAME, mentions
from zmqchat.protocol.names import user_key
from zmqchat.protocol.rooms import RoomState

_MOST = 2000
"""Messages of a room that are kept apart; the oldest of more are added up."""

_EVERYBODY_KEY = user_key(EVERYBODY_NAME)


class Unread:
    """The states of rooms by number."""

    def __init__(self) -> None:
        self._states: dict[int, RoomState] = {}
        self._tails: dict[int, list[tuple[int, bool]]] = {}  # messages of others: seq, mentioned
        self._key = ("", "")

    def state(self, room: int) -> RoomState:
        """A room's marker, settings and counts as of now."""
        state = self._states.get(room) or RoomState(room, 0, 0, 0, 0)
        tail = self._tails.get(room, ())
        mentioned = sum(mention for _, mention in tail)
        return msgspec.structs.replace(
            state,
            unread=state.unread + len(tail),
            mentions=state.mentions + mentioned,
            seq=max(state.seq, tail[-1][0] if tail else 0),
        )

    def known(self, states: Iterable[RoomState]) -> None:
        """What the server says of rooms."""
        for state in states:
            self._states[state.room] = state
            self._cut(state.room, state.seq)

    def read(self, room: int, seq: int, head: int) -> bool:
        """The marker moved to `seq` here; False when only the server can say what is unread now."""
        state = self.state(room)
        if seq <= state.read:
            return True
        if seq < max(head, state.seq):
            return False
        self._states[room] = msgspec.structs.replace(
            state, read=seq, unread=0, mentions=0, seq=max(seq, state.seq)
        )
        self._tails.pop(room, None)
        return True

    def heard(self, room: int, events: Sequence[Event], me: str, ignored: Container[str]) -> None:
        """The room's next events. Who writes has read what stands before it; of people who are
        ignored nothing counts.
        """
        base = self._states.get(room)
        since = base.seq if base else 0
        new = [
            e for e in events if e.type == "posted" and e.seq > since and e.sender not in ignored
        ]
        if not new:
            return
        mine = next((e.seq for e in reversed(new) if e.sender == me), None)
        if mine is not None:
            self._states[room] = msgspec.structs.replace(
                base or RoomState(room, 0, 0, 0, 0), read=mine, unread=0, mentions=0, seq=mine
            )
            self._cut(room, mine)
            new = [event for event in new if event.seq > mine]
        tail = self._tails.setdefault(room, [])
        tail += [(e.seq, b"@" in e.body and self._names(e, me)) for e in new]
        if len(tail) > _MOST:
            self._states[room] = self.state(room)
            tail.clear()

    def forget(self, room: int) -> None:
        """The room is left, or its log went back: the server is asked again."""
        self._tails.pop(room, None)
        self._states.pop(room, None)

    def _cut(self, room: int, seq: int) -> None:
        tail = self._tails.get(room)
        if tail:
            self._tails[room] = [entry for entry in tail if entry[0] > seq]

    def _names(self, event: Event, me: str) -> bool:
        """Whether a message names the user, or everybody."""
        if event.erased:
            return False
        try:
            body = decode_body(event.type, event.body)
        except PeerError:
            return False
        return isinstance(body, Posted) and bool(mentions(body.text, self._known_as(me)))

    def _known_as(self, me: str) -> _Called:
        if self._key[0] != me:
            self._key = (me, user_key(me))
        return _Called(self._key[1])


class _Called:
    """Says of a name whether it is the user's, or everybody's."""

    def __init__(self, key: str) -> None:
        self._keys = {key, _EVERYBODY_KEY}

    def __call__(self, name: str) -> bool | None:
        return True if user_key(name) in self._keys else None
