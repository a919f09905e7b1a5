"""One room's order, holes and chain: what was applied, what waits for its turn, what is refused.

Nothing is applied before it extends the chain, and nothing from the fan-out plane before a
signature covers it: the newest frame of a contiguous run is verified, and the chain binds those
before it. What comes over the request plane is trusted as to its origin, not as to its order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from zmqchat.protocol.chain import Chain, genesis
from zmqchat.protocol.events import Event
from zmqchat.protocol.frames import EventsFrame
from zmqchat.protocol.limits import HASH_BYTES, SALT_BYTES, SEND_ID_BYTES
from zmqchat.protocol.rooms import Head, LineageStart
from zmqchat.sync.pending import LAST_NUMBER, PENDING_BYTES, Pending, published

_CHECKPOINTS = 256

Authentic = Callable[[EventsFrame], bool]
"""Whether the server's signature on the frame is good for what its last event claims."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a room's log: a seq and the chain there (b"" where it is not known yet)."""

    seq: int
    chain: bytes


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a timeline begins: behind `applied`, with what is stored from `base` up to there."""

    applied: Point
    base: Point | None = None


class Unauthentic(Exception):
    """A frame that the server did not sign."""


class Unlinked(Exception):
    """Events that do not extend the chain that is held here."""


def well_formed(event: Event) -> bool:
    """Whether lengths and numbers are such that the chain can be computed and means something.

    Content that is said to be erased must be absent: the chain covers only its digest.
    """
    if event.salt:
        content = len(event.salt) == SALT_BYTES and not event.digest
    else:
        content = not event.body and len(event.digest) == HASH_BYTES
    counts = (event.time_us, event.sender, event.device)
    numbers = 0 < event.seq <= LAST_NUMBER and min(counts) >= 0
    return content and numbers and max(counts) <= LAST_NUMBER and len(event.id) == SEND_ID_BYTES


class Timeline:
    """The log of one room as far as this client has it: events with `base.seq` < seq.

    `applied` is the newest event handed on. `target` is the highest seq that the server is known
    to have, `confirmed` the highest that it named itself; `doubtful` says that only a catch-up can
    tell whether anything is missing; `suspect`, that a signed frame did not fit; `stalled`, that
    the server's own log is broken.
    """

    def __init__(
        self,
        room: int,
        realm: bytes,
        lineages: Sequence[LineageStart],
        origin: Origin,
        *,
        pending_bytes: int = PENDING_BYTES,
    ) -> None:
        self.room = room
        self.base = self.applied = origin.applied
        self.forked_at: int | None = None
        self.doubtful = False
        self.suspect = False
        self.stalled = False
        self.completed = -1
        self._lineages: tuple[LineageStart, ...] = ()
        self._pending = Pending(pending_bytes)
        self._checkpoints: deque[Point] = deque(maxlen=_CHECKPOINTS)
        self.belong(realm, lineages)
        self._start(origin.applied)
        self.base = origin.base or self.base

    def _start(self, start: Point) -> None:
        if start.seq == 0:
            start = Point(0, self._genesis)
        self.base = self.applied = start
        self.target = start.seq
        self.confirmed = 0
        self._checkpoints.clear()

    def belong(self, realm: bytes, lineages: Sequence[LineageStart]) -> None:
        """Which lineage each part of the log belongs to, as the server says now."""
        known = {start.lineage for start in self._lineages}
        new = [start.after for start in lineages if start.lineage not in known]
        self.forked_at = min(new) if known and new else self.forked_at
        self._lineages = tuple(lineages)
        self._genesis = genesis(realm, self.room)
        self._chains = [(s.after, Chain(realm, s.lineage, self.room)) for s in lineages]

    @property
    def anchored(self) -> bool:
        """Whether the chain at `applied` is known."""
        return bool(self.applied.chain)

    @property
    def behind(self) -> bool:
        """Whether a catch-up is needed."""
        missing = not self.anchored or self.doubtful or self.applied.seq < self.target
        return missing and not self.stalled

    def expect(self, seq: int) -> None:
        """The server is known to have `seq`: the request plane said so."""
        self.target = max(self.target, seq)
        self.confirmed = max(self.confirmed, seq)

    def begin_session(self) -> None:
        """What was known of the server's log is no longer: it may have lost its tail meanwhile."""
        self.target, self.confirmed, self.stalled = self.applied.seq, 0, False

    def points(self) -> list[Point]:
        """The places whose chain is remembered here, in rising order."""
        known = {self.base.seq: self.base, self.applied.seq: self.applied}
        known.update((point.seq, point) for point in self._checkpoints)
        return [known[seq] for seq in sorted(known) if known[seq].chain]

    def agrees(self, head: Head, least: int) -> bool:
        """Whether the server's `head` fits what was applied; a head may be older than our newest.

        `least` is the seq that was applied here before the head was asked for (-1 for none): a
        server that does not have it any more has lost it.
        """
        if head.seq > self.applied.seq or not self.anchored:
            return True
        known = next((p.chain for p in self.points() if p.seq == head.seq), None)
        return known in {None, head.chain} and head.seq >= least

    # ── the fan-out plane ────────────────────────────────────────────────────────────────────────

    def hold(self, frame: EventsFrame) -> None:
        """Keep a frame for `drain`; Unauthentic when no server can have sent it."""
        if not published(frame.events):
            raise Unauthentic("a frame's events are malformed")
        if frame.events[-1].seq > self.applied.seq and not self._pending.hold(frame):
            self.doubtful = True

    def drain(self, authentic: Authentic) -> tuple[Sequence[Event], EventsFrame | None]:
        """Apply what is now contiguous; the events and the newest frame among them.

        Unauthentic or Unlinked when the run is not the server's; then nothing was applied and
        everything pending is dropped.
        """
        if not self._pending or not self.anchored:
            return (), None
        frames, events = self._pending.contiguous(self.applied.seq)
        if not frames:
            self.doubtful = self.doubtful or bool(self._pending)
            return (), None
        try:
            if not authentic(frames[-1]):
                raise Unauthentic("a frame's signature is not the server's")
            self._apply(events)
        except (Unauthentic, Unlinked):
            self.forget_pending()
            raise
        self._pending.drop(frames)
        self.doubtful = self.doubtful or bool(self._pending)
        return events, frames[-1]

    def forget_pending(self) -> None:
        """Drop everything that waits; only the request plane is believed until it has answered."""
        self._pending.clear()
        self.doubtful = True

    # ── the request plane ────────────────────────────────────────────────────────────────────────

    def extend(self, after: Point, events: Sequence[Event], head: Head) -> tuple[Event, ...]:
        """Apply a catch-up that begins behind `after`; the events that were new.

        A timeline that was to begin beyond the server's log begins at its head instead.
        Unlinked when they do not extend what is held; then nothing was applied.
        """
        if not self.anchored:
            self._start(after if after.chain else Point(head.seq, head.chain))
        new = [event for event in events if event.seq > self.applied.seq]
        if not all(map(well_formed, new)):
            raise Unlinked("an event of the server is malformed")
        self._apply(new)
        self.expect(head.seq)
        if self.applied.seq >= head.seq:
            self._reached()
        return tuple(new)

    def _reached(self) -> None:
        """What still waits behind a hole beyond the server's head is no reason to ask again."""
        self.doubtful = False
        self._pending.drop_beyond(self.applied.seq)

    def rewind(self, point: Point) -> None:
        """Go back to `point`; with an unknown chain the next catch-up provides it."""
        self.forget_pending()
        kept = [p for p in self._checkpoints if p.seq <= point.seq]
        base = self.base
        self._start(point)
        if base.seq < point.seq:
            self.base = base
        self._checkpoints.extend(kept)
        self.forked_at = None
        self.completed = -1

    # ── the chain ────────────────────────────────────────────────────────────────────────────────

    def _apply(self, events: Sequence[Event]) -> None:
        if events:
            self.applied = self._links(self.applied, events)
            self.target = max(self.target, self.applied.seq)
            self._checkpoints.append(self.applied)

    def _links(self, point: Point, events: Iterable[Event]) -> Point:
        """Where `events` lead from `point`: each one's chain is recomputed."""
        seq, claimed = point.seq, point.chain
        after, last = self._chain(seq + 1)
        for event in events:
            if event.seq != seq + 1:
                raise Unlinked(f"event {event.seq} does not follow {seq}")
            seq = event.seq
            if seq > last:
                after, last = self._chain(seq)
            if after(claimed, event) != event.chain:
                raise Unlinked(f"event {seq} does not extend the chain")
            claimed = event.chain
        return Point(seq, claimed)

    def _chain(self, seq: int) -> tuple[Callable[[bytes, Event], bytes], int]:
        """How the chain is extended in the lineage that holds `seq`, and up to which seq."""
        last = LAST_NUMBER
        for start, chain in reversed(self._chains):
            if seq > start:
                return chain.after, last
            last = min(last, start)
        raise Unlinked(f"no lineage holds event {seq}")
