"""Unread messages and mentions of each room: the server's counts, counted on with live events.

Pure. A room's state is valid at its seq, so that of the events that were heard meanwhile only those
behind it count. Each kind of event counts here as it does there; where that cannot be told from
here (an edit of a message that only the server counted), whoever calls hears so, and asks it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

import msgspec

from zmqchat.errors import PeerError
from zmqchat.protocol.codec import decode_body
from zmqchat.protocol.events import Edited, Event, Posted, Redacted
from zmqchat.protocol.limits import MENTIONS_PER_MESSAGE
from zmqchat.protocol.mentions import EVERYBODY_NAME, mentions
from zmqchat.protocol.names import is_user, user_key
from zmqchat.protocol.rooms import RoomState
from zmqchat.protocol.who import Who

_MOST = 2000
"""Messages of a room that are kept apart; the oldest of more are added up."""

_EVERYBODY_KEY = user_key(EVERYBODY_NAME)


class Named(NamedTuple):
    """Whether a text names the user, and whether the server is sure to say the same."""

    is_so: bool = False
    sure: bool = True


class Unread:
    """The states of rooms by number."""

    def __init__(self) -> None:
        self._states: dict[int, RoomState] = {}
        self._tails: dict[int, dict[int, bool]] = {}  # messages of others, by seq: whether naming
        self._heard: dict[int, int] = {}  # the newest seq
        self._turned: dict[int, int] = {}  # the newest that did more than add a message of another
        self._key = ("", "")

    def state(self, room: int) -> RoomState:
        """A room's marker, settings and counts as of now."""
        state = self._states.get(room) or RoomState(room, 0, 0, 0, 0)
        tail = self._tails.get(room, {})
        return msgspec.structs.replace(
            state,
            unread=state.unread + len(tail),
            mentions=state.mentions + sum(tail.values()),
            seq=max(state.seq, self._heard.get(room, 0)),
        )

    def known(self, states: Iterable[RoomState], *, as_heard: bool = True) -> bool:
        """What the server says of rooms; False when it has to be asked once more.

        What was heard while it answered is counted on, but for edits of what it counted, and not
        unless it was heard as the server counts (`as_heard`): of people who are ignored by now.
        """
        sure = True
        newest = self._turned if as_heard else self._heard
        for state in states:
            held = self._states.get(state.room, state)
            sure &= state.seq >= max(held.seq, newest.get(state.room, 0))
            self._states[state.room] = state
            self._cut(state.room, state.seq)
        return sure

    def read(self, room: int, seq: int, head: int) -> bool:
        """The marker moved to `seq` here; False when only the server can say what is unread now.

        `head` is the room's newest seq, as far as it is known here.
        """
        base = self._states.get(room) or RoomState(room, 0, 0, 0, 0)
        if seq <= base.read:
            return True
        if not base.seq <= seq <= head:
            return False
        self._mark(base, seq)
        return True

    def heard(
        self,
        room: int,
        events: Sequence[Event],
        me: Who,
        ignored: Container[int],
        *,
        small: bool = False,
    ) -> bool:
        """The room's next events; False when only the server can say what they come to.

        Who writes has read what stands before it; of people who are ignored nothing counts. In a
        `small` room everybody may mention everybody.
        """
        base = self._states.get(room) or RoomState(room, 0, 0, 0, 0)
        before = max(base.seq, self._heard.get(room, 0))
        sure = not events or events[0].seq <= before + 1
        mine = [e.seq for e in events if e.type == "posted" and e.sender == me.id]
        if mine and mine[-1] > base.seq:
            base = self._mark(base, mine[-1])
            self._turned[room] = mine[-1]
        tail = self._tails.setdefault(room, {})
        for event in events:
            if event.seq <= base.seq or event.sender in ignored:
                continue
            if event.type == "posted":
                named = self._names(event, me, small) if b"@" in event.body else Named()
                tail[event.seq] = named.is_so
                sure &= named.sure
            elif event.type in {"edited", "redacted"}:
                sure &= self._changed(base, tail, event, me, small)
                self._turned[room] = event.seq
        if events:
            self._heard[room] = max(before, events[-1].seq)
        if len(tail) > _MOST:
            self._states[room] = self.state(room)
            tail.clear()
        return sure

    def forget(self, room: int) -> None:
        """The room is left, or its log went back: the server is asked again."""
        for kept in (self._tails, self._states, self._heard, self._turned):
            kept.pop(room, None)

    def _mark(self, base: RoomState, seq: int) -> RoomState:
        """Everything up to `seq` is read, which is not below what the server counted."""
        marked = msgspec.structs.replace(base, read=seq, unread=0, mentions=0, seq=seq)
        self._states[base.room] = marked
        self._cut(base.room, seq)
        return marked

    def _cut(self, room: int, seq: int) -> None:
        tail = self._tails.get(room)
        if tail:
            self._tails[room] = {at: named for at, named in tail.items() if at > seq}

    def _changed(
        self, base: RoomState, tail: dict[int, bool], event: Event, me: Who, small: bool
    ) -> bool:
        """An edit or a redaction changes whom a message names; False: it cannot be told here."""
        body = _body(event)
        if not isinstance(body, Edited | Redacted):
            return True  # an edit of what was erased, which an event behind it says
        now = Named()
        if isinstance(body, Edited) and event.sender != me.id:
            now = self._named(body.text, me.name, small)
        if body.target in tail:
            tail[body.target] = now.is_so
            return now.sure
        counted = base.read < body.target <= base.seq
        return not counted or not (base.mentions or now.is_so)

    def _names(self, event: Event, me: Who, small: bool) -> Named:
        body = _body(event)
        return self._named(body.text, me.name, small) if isinstance(body, Posted) else Named()

    def _named(self, text: str, me: str, small: bool) -> Named:
        """Whether a text names the user, or everybody."""
        if "@" not in text:
            return Named()
        if self._key[0] != me:
            self._key = (me, user_key(me))
        called = _Called(self._key[1], small)
        found = mentions(text, called)
        return Named(bool(found), True in found or (not found and called.few))


class _Called:
    """Says of a name whether it is the user's, or everybody's: True, or False if not surely.

    Somebody may be called by a longer beginning of the word, and in a large room not everybody
    mentions all: only the server knows.
    """

    def __init__(self, key: str, small: bool) -> None:
        self._key = key
        self._small = small
        self._others: list[str] = []

    @property
    def few(self) -> bool:
        """Whether so few names were asked for that the server, who knows others, asked no fewer."""
        return len(self._others) <= MENTIONS_PER_MESSAGE

    def __call__(self, name: str) -> bool | None:
        key = user_key(name)
        if key not in {self._key, _EVERYBODY_KEY}:
            self._others.append(name)
            return None
        longer = any(other.startswith(name) and is_user(other) for other in self._others)
        return not longer and (self._small or key != _EVERYBODY_KEY)


def _body(event: Event) -> object:
    """What an event says; None where it was erased, or is of another version."""
    if event.erased:
        return None
    try:
        return decode_body(event.type, event.body)
    except PeerError:
        return None
