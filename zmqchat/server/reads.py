"""Reads that touch the disk: catch-up, chains, messages, accounts. Run by workers, off the loop.

Who may read what is decided before a read is queued, and again before its answer is handed out;
here are only short queries, bounded by the limits of the protocol.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from zmqchat.domain.state import Room, User
from zmqchat.errors import Code, Refused
from zmqchat.protocol.chain import genesis
from zmqchat.protocol.limits import (
    CATCH_UP_BYTES,
    CATCH_UP_EVENTS,
    HISTORY_BYTES,
    HISTORY_MESSAGES,
)
from zmqchat.protocol.replies import (
    AccountState,
    CaughtUp,
    CaughtUpAll,
    ChainsAt,
    MessageDetail,
    Messages,
    PictureData,
)
from zmqchat.protocol.requests import History, OneMessage, Pins, Span, Thread
from zmqchat.protocol.rooms import Level, RoomState
from zmqchat.protocol.who import Who
from zmqchat.server.recent import Log, Recent
from zmqchat.storage.account import Counts
from zmqchat.storage.messages import Detail, Page
from zmqchat.storage.values import Followed, Stretch

_LAST: Final = 2**63 - 1
"""The highest seq that a database can hold: what is asked beyond it does not reach one."""

_ROOMS_AT_ONCE: Final = 500
"""Rooms whose counts are read in one transaction."""


READ_COST: Final = 20
"""What a read costs at least, counted as all costs here are: in events that are read."""

FOLDED_COST: Final = 4
"""What a message costs with all that happened to it."""


class LogReader(Log, Protocol):
    """What catching up needs of the storage; every call is one short transaction."""

    def chains(self, room: int, seqs: Sequence[int]) -> dict[int, bytes]:
        """The chain at each seq that the log has."""


class PageReader(Protocol):
    """What history needs of the storage."""

    def messages_before(self, room: int, before: int | None, limit: int, max_bytes: int) -> Page:
        """The last messages with seq < before (None: of all), folded."""


class Reader(LogReader, PageReader, Protocol):
    """What all reads need of the storage; every call is one short transaction."""

    def thread(self, room: int, member: int, after: int, limit: int, max_bytes: int) -> Page:
        """The messages with seq > after of the thread that `member` is in, folded."""

    def pinned(self, room: int, before: int | None, max_bytes: int) -> Page:
        """The pinned messages with seq < before (None: all), folded; the newest that fit."""

    def messages(self, room: int, seqs: Sequence[int], max_bytes: int) -> Page:
        """Those of the messages at `seqs` that there are, folded; of more than fit the newest."""

    def message(self, room: int, seq: int, before: int | None, max_bytes: int) -> Detail | None:
        """A message, folded, with its edits with seq < before (None: all), if there is one."""

    def counts(self, user: int, rooms: Sequence[int], *, ignoring: bool = False) -> list[Counts]:
        """What the user keeps about rooms, and what is new in them; `ignoring`: by whom, too."""

    def posted_at(self, room: int, seq: int) -> int:
        """How many messages were posted up to `seq`."""

    def picture(self, user: int) -> bytes:
        """A user's picture, or b""."""


def catch_up(recent: Recent, realm: bytes, spans: list[tuple[Span, Room]]) -> CaughtUpAll:
    """Answers spans in order until the reply is full; those left over are asked for again."""
    stretches: list[Stretch] = []
    left = CATCH_UP_EVENTS
    for span, room in spans:
        if left <= 0:
            break
        stretch = _stretch(span, room, left)
        left -= stretch.last - stretch.after
        stretches.append(stretch)
    asked = [
        (stretch, room.chain)
        for stretch, (_, room) in zip(stretches, spans, strict=False)
        if stretch.last > stretch.after
    ]
    found = iter(recent.follow(asked, CATCH_UP_BYTES))
    answered: list[CaughtUp] = []
    for (span, room), stretch in zip(spans, stretches, strict=False):
        followed = next(found, None) if stretch.last > stretch.after else Followed(room.chain, [])
        if followed is None:
            break
        answered.append(_caught_up(realm, span, room, followed))
    return CaughtUpAll(answered)


def catch_up_cost(spans: Iterable[tuple[Span, Room]]) -> int:
    """What answering spans costs, in events."""
    stretches = [_stretch(span, room, CATCH_UP_EVENTS) for span, room in spans]
    events = sum(stretch.last - stretch.after for stretch in stretches)
    return READ_COST + len(stretches) + min(events, CATCH_UP_EVENTS)


def _stretch(span: Span, room: Room, most: int) -> Stretch:
    """What there is to read for a span: nothing at the head, nor where no log can follow."""
    if not 0 <= span.after < room.seq:
        return Stretch(room.id, 0, 0)
    count = min(max(1, span.limit), most, room.seq - span.after)
    return Stretch(room.id, span.after, span.after + count)


def _caught_up(realm: bytes, span: Span, room: Room, followed: Followed) -> CaughtUp:
    chain, head = followed.chain, room.head
    if span.after == 0:
        chain = genesis(realm, room.id)
    elif not 0 < span.after <= room.seq:
        chain = b""
    diverged = not chain or bool(span.chain and span.chain != chain)
    events = [] if diverged else followed.events
    return CaughtUp(room.id, span.after, chain, events, head, diverged=diverged)


def chains_at(reader: LogReader, realm: bytes, room: Room, seqs: Sequence[int]) -> ChainsAt:
    """The chains asked for, b"" where the log has no such seq."""
    known = {0: genesis(realm, room.id), room.seq: room.chain}
    # Nobody knows of what was committed after `room` was read; and what is no 64-bit number at
    # all does not reach the database.
    wanted = [seq for seq in seqs if seq not in known and 0 < seq < room.seq]
    found = (reader.chains(room.id, wanted) if wanted else {}) | known
    return ChainsAt(room.id, [found.get(seq, b"") for seq in seqs])


def history(reader: PageReader, room: Room, request: History) -> Messages:
    """A page of messages, oldest first, with the seq it is valid at."""
    before, limit = _before(request.before), _limit(request.limit)
    return _messages(room, reader.messages_before(room.id, before, limit, HISTORY_BYTES))


def thread(reader: Reader, room: Room, request: Thread) -> Messages:
    """A page of a thread, oldest first; Refused NOT_FOUND where it has no such message."""
    root, after = _seq(request.root), _seq(request.after)
    page = reader.thread(room.id, root, after, _limit(request.limit), HISTORY_BYTES)
    if not page.messages and not after:
        raise _no_message(request.root)
    return _messages(room, page)


def pins(reader: Reader, room: Room, request: Pins) -> Messages:
    """A page of the pinned messages, oldest first."""
    return _messages(room, reader.pinned(room.id, _before(request.before), HISTORY_BYTES))


def one_message(reader: Reader, room: Room, request: OneMessage) -> MessageDetail:
    """A message with its edits; Refused NOT_FOUND where there is none."""
    before = _before(request.before)
    detail = reader.message(room.id, _seq(request.seq), before, HISTORY_BYTES)
    if detail is None:
        raise _no_message(request.seq)
    return MessageDetail(room.id, detail.seq, detail.message, detail.edits, detail.more)


def account(
    reader: Reader,
    user: User,
    version: int,
    changed: set[int] | None,
    rooms: Sequence[int],
    ignored: list[Who],
) -> AccountState:
    """What the user keeps, of those of `rooms` that changed (None: all) or have unread messages."""
    states: list[RoomState] = []
    for start in range(0, len(rooms), _ROOMS_AT_ONCE):
        some = rooms[start : start + _ROOMS_AT_ONCE]
        for counts in reader.counts(user.id, some, ignoring=bool(ignored)):
            state = _room_state(counts)
            is_told = counts.reading is not None if changed is None else counts.room in changed
            # Hidden ones, too: the client may have counted them before the user ignored somebody.
            if is_told or state.unread or counts.hidden:
                states.append(state)
    return AccountState(version, states, ignored, bool(user.password))


def picture(reader: Reader, user: User) -> PictureData:
    """A person's picture."""
    return PictureData(user.id, reader.picture(user.id))


def _room_state(counts: Counts) -> RoomState:
    kept, mentions = counts.reading, counts.mentions
    if kept is None:
        unread = counts.posted - counts.hidden
        return RoomState(counts.room, 0, unread, mentions, counts.seq, Level.ALL, False)
    unread = counts.posted - kept.posted - counts.hidden
    return RoomState(counts.room, kept.seq, unread, mentions, counts.seq, kept.level, kept.muted)


def _messages(room: Room, page: Page) -> Messages:
    return Messages(room.id, page.seq, page.messages, page.more)


def page_cost(wanted: int) -> int:
    """What a page of messages costs, in events."""
    return READ_COST + FOLDED_COST * _limit(wanted)


def _limit(wanted: int) -> int:
    return max(1, min(wanted, HISTORY_MESSAGES))


def _before(wanted: int | None) -> int | None:
    return None if wanted is None else _seq(wanted)


def _seq(wanted: int) -> int:
    return max(0, min(wanted, _LAST))


def _no_message(seq: int) -> Refused:
    return Refused(Code.NOT_FOUND, f"There is no message {seq} in this room.")
