"""Folding: messages from pages, and the events that came after, as one view of a room. Pure.

A message carries the seq that it is valid at (`as_of`), so an event that a page has in it already
is not folded in twice, and a page that was asked for before an event came still hears of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from zmqchat.client.changes import CHANGES, Known, changes, named_in, nobody
from zmqchat.client.events import ChatEvent
from zmqchat.client.messages import ChatMessage, posted_of

_REMEMBERED = 5000


class Folding:
    """Messages of one room by seq (`messages`), to which pages are added and events applied.

    Events that are in a message already, or are given twice, change nothing. `known` finds
    mentions in what is posted and edited live; pages bring theirs.
    """

    def __init__(self, page: Iterable[ChatMessage] = (), known: Known = nobody) -> None:
        self._known = known
        self._recent: deque[ChatEvent] = deque(maxlen=_REMEMBERED)
        self._changed: set[int] = set()
        self._fold: dict[str, Callable[[ChatEvent], None]] = {
            "posted": self._posted,
            **dict.fromkeys(CHANGES, self._changed_by),
            "redacted": self._redacted,
        }
        self.seq = 0
        """The newest event that was applied."""
        self.messages: dict[int, ChatMessage] = {}
        self.add(page)

    def add(self, page: Iterable[ChatMessage]) -> set[int]:
        """Take messages in, older ones or the same anew; the seqs of those that are new or other.

        What is held already at a later seq stays.
        """
        earliest = self.seq
        for message in page:
            held = self.messages.get(message.seq)
            if held is None or held.as_of < message.as_of:
                self.messages[message.seq] = message
                earliest = min(earliest, message.as_of)
                if held != message:
                    self._changed.add(message.seq)
        for event in [event for event in self._recent if event.seq > earliest]:
            self._fold[event.type](event)
        return self._take()

    def apply(self, events: Iterable[ChatEvent]) -> set[int]:
        """The room's next events; the seqs of the messages that are new or changed."""
        for event in events:
            if event.seq > self.seq:
                self.seq = event.seq
                if event.type in self._fold:
                    self._recent.append(event)
                    self._fold[event.type](event)
        return self._take()

    def rewind(self, seq: int) -> set[int]:
        """The log went back to `seq`; the seqs of the messages that are dropped, to be read anew.

        What was folded into older messages meanwhile cannot be taken out, so they are dropped too.
        """
        gone = {n for n, held in self.messages.items() if n > seq or held.as_of > seq}
        for number in gone:
            del self.messages[number]
        self._recent = deque((e for e in self._recent if e.seq <= seq), maxlen=_REMEMBERED)
        self.seq = min(self.seq, seq)
        return gone

    def _take(self) -> set[int]:
        changed, self._changed = self._changed, set()
        return changed

    def _put(self, seq: int | None, event: ChatEvent, **changes: Any) -> None:
        """Change a message by an event, unless it is in it already."""
        held = self.messages.get(seq or 0)
        if held is not None and held.as_of < event.seq:
            self.messages[held.seq] = replace(held, as_of=event.seq, **changes)
            self._changed.add(held.seq)

    # ── one event ────────────────────────────────────────────────────────────────────────────────

    def _posted(self, event: ChatEvent) -> None:
        root = self._root_for(event.reply_to)
        held = self.messages.get(event.seq)
        if held is None:
            found = named_in(event.text or "", event.sender_id, self._known)
            message = posted_of(event, root)
            self.messages[event.seq] = replace(message, mentions=found) if found else message
            self._changed.add(event.seq)
        elif held.root != root and event.reply_to in self.messages:
            self.messages[event.seq] = replace(held, root=root)  # it was guessed before
            self._changed.add(event.seq)
        self._count(root, event, 1, event.sent_at)

    def _root_for(self, reply_to: int | None) -> int:
        """The thread that an answer to `reply_to` belongs to, as far as it is known here."""
        return (self._root_of(reply_to) or reply_to) if reply_to else 0

    def _root_of(self, seq: int) -> int:
        held = self.messages.get(seq)
        return held.root if held else 0

    def _count(self, root: int, event: ChatEvent, more: int, at: datetime | None = None) -> None:
        held = self.messages.get(root)
        if held is not None:
            replies = max(0, held.replies + more)
            self._put(root, event, replies=replies, replied_at=at or held.replied_at)

    def _changed_by(self, event: ChatEvent) -> None:
        held = self.messages.get(event.target or 0)
        fields = changes(held, event, self._known) if held is not None else {}
        if fields:
            self._put(event.target, event, **fields)

    def _redacted(self, event: ChatEvent) -> None:
        self._changed_by(event)
        self._count(self._root_of(event.target or 0), event, -1)
