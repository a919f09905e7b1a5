"""The entries of a timeline, newest first: what is in the log, and below it what is not sent yet.

What the person did to messages lies over them until the log has it (`Pending`).

Plain Python that tells its `Listener` what changes before and after it does, as a Qt model must.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from zmqchat.client import ChatEvent, ChatMessage, Folding, Pending, TimelinePage
from zmqchat.client.changes import Known, nobody
from zmqchat_gui.bridge.entries import (
    FAILED,
    PENDING,
    SENT,
    Entry,
    Item,
    entry_of,
    entry_of_item,
    is_shown,
)


class Listener(Protocol):
    """Whoever shows the rows. Rows count from the newest."""

    def inserting(self, first: int, last: int) -> None:
        """Rows are about to be there; `inserted` follows."""

    def inserted(self) -> None:
        """They are."""

    def removing(self, first: int, last: int) -> None:
        """Rows are about to go; `removed` follows."""

    def removed(self) -> None:
        """They are gone."""

    def altered(self, first: int, last: int) -> None:
        """Rows are others than before."""


class Log:
    """`own` are one's messages without a seq, in the order of sending; the rest is by seq."""

    def __init__(self, listener: Listener, known: Known = nobody) -> None:
        self._listener = listener
        self._known = known
        self._folding = Folding(known=known)
        self._pending = Pending(known)
        self._last = 0
        self.first = 0
        """The seq from which on everything is here; 0 before the first page."""
        self.rewound = False
        """The server's log went back: what was read before is better read anew."""
        self._log: list[Entry] = []
        self._own: list[Entry] = []

    def __len__(self) -> int:
        return len(self._log) + len(self._own)

    def at(self, row: int) -> Entry:
        """The entry of a row."""
        own = len(self._own)
        return self._own[-1 - row] if row < own else self._log[own - 1 - row]

    @property
    def newest(self) -> int:
        """The highest seq, or 0."""
        return self._log[-1].seq if self._log else 0

    @property
    def sent(self) -> Sequence[Entry]:
        """What is in the log, oldest first."""
        return self._log

    @property
    def own(self) -> Sequence[Entry]:
        """One's own messages that have no seq, in the order of sending."""
        return self._own

    def row_of_seq(self, seq: int) -> int:
        """The row of an event, or of the one before it; -1 for none."""
        place = bisect_left(self._log, seq + 1, key=lambda entry: entry.seq) - 1
        return -1 if place < 0 else len(self) - 1 - place

    def find(self, seq: int) -> Entry | None:
        """The entry of an event."""
        row = self.row_of_seq(seq)
        entry = self.at(row) if row >= 0 else None
        return entry if entry is not None and entry.seq == seq else None

    def row_of_key(self, key: str) -> int:
        """The row with a key, or -1."""
        if key.startswith("s") and key[1:].isdigit():
            row = self.row_of_seq(int(key[1:]))
            if row >= 0 and key_of(self.at(row)) == key:
                return row
        return next((row for row in range(len(self)) if key_of(self.at(row)) == key), -1)

    def message(self, seq: int) -> ChatMessage | None:
        """A message that is known, with what lies over it."""
        message = self._folding.messages.get(seq)
        return None if message is None else self._pending.over(message)

    def learn(self, messages: Iterable[ChatMessage]) -> None:
        """Messages that were read apart from pages: they are kept as they stand, like all others.

        Those that are older than what is here have no entry, and are found by `message`.
        """
        self._refold(self._folding.add(messages))

    def restart(self, page: TimelinePage) -> None:
        """Another page in place of everything; the caller resets the model around it."""
        self._folding = Folding(_messages(page.items), self._known)
        self._folding.seq = page.last
        self._pending.heard_to(page.last)
        self._log = [self._entry(item) for item in page.items]
        arrived = {item.id.hex for item in page.items} if self._own else set()
        waits = [own for own in self._own if own.seq == 0 or own.seq > page.last]
        self._own = [own for own in waits if own.key not in arrived]
        self.first, self._last, self.rewound = page.first, page.last, False

    # ── what comes ───────────────────────────────────────────────────────────────────────────────

    def prepend(self, page: TimelinePage) -> None:
        """The page before the oldest."""
        self.first = page.first
        changed = self._folding.add(_messages(page.items))
        if page.items:
            entries = [self._entry(item) for item in page.items]
            rows = len(self)
            self._listener.inserting(rows, rows + len(entries) - 1)
            self._log[:0] = entries
            self._listener.inserted()
            if rows:  # the one that was the oldest has another above it now
                self._listener.altered(rows - 1, rows - 1)
        self._refold(changed - {item.seq for item in page.items})

    def _entry(self, item: Item) -> Entry:
        message = self._folding.messages.get(item.seq)
        entry = entry_of_item(message or item)
        if message is not None and self._pending.on(message):
            self.fold(entry)
        return entry

    def append(self, entries: Sequence[Entry]) -> None:
        """Newer entries."""
        if entries:
            row = len(self._own)
            self._listener.inserting(row, row + len(entries) - 1)
            self._log.extend(entries)
            self._listener.inserted()
            if row:
                self._listener.altered(row - 1, row - 1)

    def drop_oldest(self, count: int) -> None:
        """Forgets as many of the oldest, to be read again when somebody scrolls there."""
        rows = len(self)
        self._listener.removing(rows - count, rows - 1)
        for entry in self._log[:count]:
            self._folding.messages.pop(entry.seq, None)
        del self._log[:count]
        self.first = self._log[0].seq
        self._listener.removed()

    def cut_from(self, seq: int) -> None:
        """The server's log went back: what is here from `seq` on is not in it any more."""
        place = bisect_left(self._log, seq, key=lambda entry: entry.seq)
        if place < len(self._log):
            first = len(self._own)
            self._listener.removing(first, first + len(self._log) - place - 1)
            del self._log[place:]
            self._listener.removed()

    def hear(self, events: Sequence[ChatEvent], me: int) -> list[Entry]:
        """Events that follow; returns the new entries. Own messages take the place they have."""
        heard: list[Entry] = []
        for run in self._runs(events):
            if run[0].seq <= self._last:
                self.cut_from(run[0].seq)
                self._folding.rewind(run[0].seq - 1)
                self.rewound = True
            changed = self._folding.apply(run) | self._pending.heard(run)
            self._last = run[-1].seq
            new = self._take(run, me)
            heard += new
            self._refold(changed - {entry.seq for entry in new})
        return heard

    def _runs(self, events: Sequence[ChatEvent]) -> Iterator[Sequence[ChatEvent]]:
        """The events, parted where the server's log went back."""
        start, last = 0, 0
        for place, event in enumerate(events):
            if event.seq <= last:
                yield events[start:place]
                start = place
            last = event.seq
        if events:
            yield events[start:]

    def _take(self, run: Sequence[ChatEvent], me: int) -> list[Entry]:
        """New rows for the events that have one."""
        fresh: list[Entry] = []
        heard: list[Entry] = []
        for event in run:
            if not is_shown(event.type):
                continue
            entry = self._entry(event)
            heard.append(entry)
            is_mine = self._own and event.sender_id == me
            own = self.find_own(event.id.hex) if is_mine else None
            if own is None:
                fresh.append(entry)
                continue
            self.append(fresh)
            fresh = []
            self._settle(own, entry)
        self.append(fresh)
        return heard

    def _refold(self, seqs: Iterable[int]) -> None:
        """What happened to messages is shown at them."""
        for seq in seqs:
            entry = self.find(seq)
            if entry is not None and self.fold(entry):
                self.touch(entry)

    def fold(self, entry: Entry) -> bool:
        """An entry, of a row here or of another list, is made as its message stands now.

        False where the message is not known.
        """
        message = self._folding.messages.get(entry.seq)
        if message is not None:
            entry.fold(self._pending.over(message), self._pending.on(message))
        return message is not None

    def _settle(self, own: Entry, entry: Entry) -> None:
        """The message is in the log: the oldest stays where it is, another moves up."""
        entry.key = own.key
        place = self._own.index(own)
        if place == 0:
            del self._own[0]
            self._log.append(entry)
            self._listener.altered(len(self._own), len(self._own))
        else:
            self.remove_own(own)
            self.append([entry])

    # ── one's own ────────────────────────────────────────────────────────────────────────────────

    def post(self, entry: Entry) -> None:
        """A message of one's own that is to be sent."""
        self._listener.inserting(0, 0)
        self._own.append(entry)
        self._listener.inserted()

    def find_own(self, key: str) -> Entry | None:
        """A message of one's own that has no seq yet."""
        return next((entry for entry in self._own if entry.key == key), None)

    def acknowledged(self, event: ChatEvent) -> None:
        """One's own message has a seq; its event comes, or came before."""
        own = self.find_own(event.id.hex)
        if own is None:
            return
        if event.seq <= self._last:
            self.remove_own(own)
        else:
            own.seq, own.delivery = event.seq, SENT
            own.time_us = entry_of(event).time_us
            self.touch(own)

    def failed(self, key: str, why: str) -> bool:
        """The message was refused; False when it is not here."""
        own = self.find_own(key)
        if own is None:
            return False
        own.delivery, own.failure = FAILED, why
        self.touch(own)
        return True

    def pending(self, own: Entry) -> None:
        """The message is tried again."""
        own.delivery, own.failure = PENDING, ""
        self.touch(own)

    def remove_own(self, own: Entry) -> None:
        """The message is not shown as one's own any more."""
        row = len(self._own) - 1 - self._own.index(own)
        self._listener.removing(row, row)
        self._own.remove(own)
        self._listener.removed()

    # ── what one does to messages ────────────────────────────────────────────────────────────────

    def change(self, event: ChatEvent) -> None:
        """The person did something to a message: it is shown, and not in the log yet."""
        self._pending.add(event)
        self._refold([event.target or 0])

    def changed(self, event: ChatEvent) -> None:
        """What the person did is in the log; it comes as an event, or came before."""
        self._pending.acknowledged(event)
        self._refold(self._pending.heard_to(self._last))

    def unchange(self, event: ChatEvent) -> None:
        """What the person did is not to be."""
        self._pending.drop(event.id)
        self._refold([event.target or 0])

    @property
    def changing(self) -> frozenset[int]:
        """The messages to which the person did something that is not in the log yet."""
        return self._pending.targets

    def touch(self, entry: Entry) -> None:
        """An entry is another than before."""
        if entry in self._own:
            row = len(self._own) - 1 - self._own.index(entry)
        else:
            row = self.row_of_seq(entry.seq)
        self._listener.altered(row, row)


def key_of(entry: Entry) -> str:
    """What names an entry while the program runs."""
    return entry.key or f"s{entry.seq}"


def _messages(items: Iterable[Item]) -> Iterator[ChatMessage]:
    return (item for item in items if isinstance(item, ChatMessage))
