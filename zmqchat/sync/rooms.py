"""The rooms of a session: timelines, keys and heads, and what a publication does to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from zmqchat.protocol.events import Event, PersonRenamed
from zmqchat.protocol.frames import EpochEnded, EventsFrame, statement
from zmqchat.protocol.replies import CaughtUp, Welcome
from zmqchat.protocol.rooms import Head, RoomInfo
from zmqchat.sync.branches import Branches
from zmqchat.sync.catching_up import GRACE_S, CatchUps
from zmqchat.sync.context import Context
from zmqchat.sync.divergence import ChainAt
from zmqchat.sync.effects import (
    Applied,
    Complete,
    Forged,
    RoomChanged,
    RoomClosed,
    RoomOpened,
)
from zmqchat.sync.epochs import Epochs, Opening
from zmqchat.sync.membership import OpenRoomsQueue, described, expelled, renamings
from zmqchat.sync.timeline import Origin, Point, Timeline, Unauthentic, Unlinked

Start = Callable[[RoomInfo], Origin]
"""Where a room begins for this client: at its head, at what is stored, or at `Point(n, b"")` for
everything after n."""

Verify = Callable[[bytes, bytes, bytes], bool]
"""(Ed25519 public key, statement, signature) -> whether the signature is good."""


def from_head(info: RoomInfo) -> Origin:
    """The start of a room that is heard live only."""
    return Origin(Point(info.seq, info.chain))


class Rooms:
    """Every room that the user is a member of (`infos`), and the followed ones (`timelines`).

    Without `follow` no room is followed. `doubt` is called when something may have been missed and
    only the server can say.
    """

    def __init__(
        self,
        context: Context,
        verify: Verify,
        start: Start,
        chain_at: ChainAt,
        *,
        follow: bool = True,
    ) -> None:
        self._context = context
        self._verify = verify
        self._start = start
        self._follows = follow
        self._welcome: Welcome | None = None
        self._open = False
        self._touched: set[int] = set()
        self._lagging: set[int] = set()
        self.infos: dict[int, RoomInfo] = {}
        self.timelines: dict[int, Timeline] = {}
        self.epochs = Epochs()
        self.queue = OpenRoomsQueue(context)
        self.branches = Branches(context, chain_at)
        self.branches.resume = self._resume
        self.catch_ups = CatchUps(
            context, self.timelines, self.branches.searches, self._extended, self._diverged
        )
        self.doubt: Callable[[float], None] = lambda _now: None
        self.renamed: Callable[[str], None] = lambda _name: None
        """Called when the user has another name."""

    @property
    def behind(self) -> bool:
        """Whether anything is known to be missing.

        Asked after every input, so only the rooms of which it may have changed are looked at.
        """
        for room in self._touched:
            timeline = self.timelines.get(room)
            if timeline is not None and timeline.behind:
                self._lagging.add(room)
            else:
                self._lagging.discard(room)
        self._touched.clear()
        return bool(self._lagging)

    def newest(self) -> dict[int, int]:
        """The newest applied seq of each room, -1 for those that are not followed."""
        followed = {room: timeline.applied.seq for room, timeline in self.timelines.items()}
        return dict.fromkeys(self.infos, -1) | followed

    # ── sessions ─────────────────────────────────────────────────────────────────────────────────

    def begin(self, now: float, welcome: Welcome, least: Mapping[int, int]) -> list[bytes]:
        """A session is open; the handles that are no longer to be heard.

        `least` is each room's newest applied seq when the session was asked for. The welcome's
        heads and epochs replace those that were known: the server may have lost its tail meanwhile.
        """
        self._welcome, self._open = welcome, True
        self.catch_ups.begin()
        self.branches.begin()
        self.epochs.personal(welcome.personal)
        for info in welcome.rooms:
            if info.room in self.timelines:  # a restored database's epochs may be earlier ones
                self.epochs.enter(info)
        for timeline in self.timelines.values():
            timeline.begin_session()
            self._touched.add(timeline.room)
        # Without a cursor these are not all rooms: the first beat names them, and so who is out.
        told = {info.room for info in welcome.rooms}
        gone = self.infos.keys() - told if welcome.cursor else set()
        handles = [handle for room in sorted(gone) for handle in self.close(room)]
        self.adopt(now, welcome.rooms, least)
        for room in list(self.timelines):
            self._drain(now, room)
        self.catch_ups.want(now)
        return handles

    def end(self) -> None:
        """The session is gone; publications wait for the next one."""
        self._open = False
        self.queue.end()
        self.catch_ups.end()
        self.branches.end()

    # ── membership ───────────────────────────────────────────────────────────────────────────────

    def adopt(self, now: float, infos: Iterable[RoomInfo], least: Mapping[int, int]) -> bool:
        """Take what the server says of rooms; whether a new handle is to be heard."""
        before = self.epochs.wanted()
        for info in infos:
            old = self.infos.get(info.room)
            self.infos[info.room] = info
            if old is None:
                self._context.emit(RoomOpened(info))
            elif old != info:
                self._context.emit(RoomChanged(info))
            if self._follows and info.room not in self.timelines:
                seq = self._follow(info, self._start(info))
                least = {**least, info.room: seq}
            self._belong(info)
            self.head(now, info.head, least.get(info.room, -1))
        return self.epochs.wanted() != before

    def _follow(self, info: RoomInfo, origin: Origin) -> int:
        """Begin a room's timeline; the seq that it begins behind."""
        assert self._welcome is not None, "rooms are told of in sessions"
        timeline = Timeline(info.room, self._welcome.realm, info.lineages, origin)
        self.timelines[info.room] = timeline
        self._touched.add(info.room)
        return timeline.applied.seq

    def _belong(self, info: RoomInfo) -> None:
        timeline = self.timelines.get(info.room)
        if timeline is not None and self._welcome is not None:
            timeline.belong(self._welcome.realm, info.lineages)
            if info.epoch >= (self.epochs.epoch_of(info.room) or 0):
                self.epochs.enter(info)

    def close(self, room: int) -> list[bytes]:
        """The user is out: the handles that are no longer to be heard."""
        if self.infos.pop(room, None) is None:
            return []
        self.timelines.pop(room, None)
        self._touched.add(room)
        self.branches.drop(room)
        self._context.emit(RoomClosed(room))
        return self.epochs.leave(room)

    # ── the request plane ────────────────────────────────────────────────────────────────────────

    def head(self, now: float, head: Head, least: int) -> None:
        """The server's head of a room; `least` was applied here before it was asked for."""
        timeline = self.timelines.get(head.room)
        if timeline is None:
            return
        if head.epoch > (self.epochs.epoch_of(head.room) or 0):
            self.queue.add(head.room)
        if not timeline.agrees(head, least):
            self.branches.search(now, timeline)
        timeline.expect(head.seq)
        self._touched.add(head.room)
        self._confirm(timeline)

    def unconfirmed(self, now: float, least: Mapping[int, int]) -> None:
        """The heads that changed were all told, and `least` was applied before they were asked for.

        A live event that none of them covers was lost by the server after it had published it.
        """
        for room, seq in least.items():
            timeline = self.timelines.get(room)
            if timeline is None or not timeline.anchored:
                continue
            if timeline.confirmed < seq <= timeline.applied.seq:
                self.branches.search(now, timeline)

    def _confirm(self, timeline: Timeline) -> None:
        seq = timeline.applied.seq
        whole = not timeline.behind and timeline.room not in self.branches.searches
        if whole and not timeline.stalled and timeline.completed != seq:
            timeline.completed = seq
            self._context.emit(Complete(timeline.room, seq))

    def _extended(self, now: float, timeline: Timeline, span: CaughtUp, after: Point) -> bool:
        fresh = not timeline.anchored
        self._touched.add(timeline.room)
        events = timeline.extend(after, span.events, span.head)
        if timeline.suspect:
            timeline.suspect = False
            self._context.emit(Forged(timeline.room, "a signed frame followed altered events"))
        self._tell(timeline, events, None)
        self._drain(now, timeline.room)
        self._confirm(timeline)
        return bool(events) or fresh or not timeline.behind

    def _diverged(self, now: float, timeline: Timeline, why: str) -> None:
        self.branches.search(now, timeline, why)

    def _resume(self, now: float, room: int) -> None:
        self._touched.add(room)
        self._drain(now, room)
        self.catch_ups.want(now)

    # ── the fan-out plane ────────────────────────────────────────────────────────────────────────

    def hold(self, now: float, opening: Opening, frame: EventsFrame) -> None:
        """A publication of events on the handle of `opening`."""
        timeline = self.timelines.get(opening.room or 0)
        if timeline is None:
            return
        try:
            if (frame.room, frame.epoch) != (opening.room, opening.epoch):
                raise Unauthentic("a frame names another room or epoch than its handle")
            timeline.hold(frame)
            self._touched.add(timeline.room)
        except Unauthentic as error:
            self._forged(now, timeline, str(error))

    def drain(self, now: float, rooms: Iterable[int]) -> None:
        """Apply what has become contiguous, and ask for what has not."""
        for room in rooms:
            self._drain(now, room)
            timeline = self.timelines.get(room)
            if timeline is not None and timeline.behind:
                self.catch_ups.want(now, GRACE_S)

    def _drain(self, now: float, room: int) -> None:
        timeline = self.timelines.get(room)
        if timeline is None or not self._open or room in self.branches.searches:
            return
        self._touched.add(room)
        try:
            events, frame = timeline.drain(self._authentic)
        except Unauthentic as error:
            self._forged(now, timeline, str(error))
        except Unlinked:
            timeline.suspect = True
            self.doubt(now)
        else:
            self._tell(timeline, events, frame)
            # The head may have been told before its frame came, and is told once.
            if events and timeline.confirmed == timeline.applied.seq:
                self._confirm(timeline)

    def epoch_ended(self, now: float, opening: Opening, ended: EpochEnded) -> None:
        """The last word on the handle of `opening`: ask for the new keys."""
        room = opening.room or 0
        timeline = self.timelines.get(room)
        if timeline is None or opening.epoch != self.epochs.epoch_of(room):
            return
        signed = (ended.room, ended.epoch) == (room, opening.epoch) and self._signed(
            "epoch-ended", room, ended.epoch, ended.seq, ended.chain, ended.signature
        )
        if not signed:
            self._forged(now, timeline, "the end of an epoch was not signed by the server")
        elif self._open:
            timeline.expect(ended.seq)
            self._touched.add(room)
            self.queue.add(room)
            self.doubt(now)

    def _authentic(self, frame: EventsFrame) -> bool:
        last = frame.events[-1]
        return self._signed(
            "events", frame.room, frame.epoch, last.seq, last.chain, frame.signature
        )

    def _signed(
        self, kind: str, room: int, epoch: int, seq: int, chain: bytes, signature: bytes
    ) -> bool:
        welcome = self._welcome
        if welcome is None or seq < 0 or epoch < 0:
            return False
        text = statement(kind, welcome.realm, welcome.lineage, room, epoch, seq, chain)
        return self._verify(welcome.signing_key, text, signature)

    def _forged(self, now: float, timeline: Timeline, why: str) -> None:
        timeline.forget_pending()
        self._touched.add(timeline.room)
        self._context.emit(Forged(timeline.room, why))
        self.catch_ups.want(now, GRACE_S)
        self.doubt(now)

    def _tell(self, timeline: Timeline, events: Sequence[Event], frame: EventsFrame | None) -> None:
        if not events:
            return
        stamps = (frame.committed_us, frame.published_us) if frame else (None, None)
        self._context.emit(Applied(timeline.room, tuple(events), *stamps))
        others = [event for event in events if event.type != "posted"]
        if others:
            self._take_in(timeline.room, others)

    def _take_in(self, room: int, events: Sequence[Event]) -> None:
        """What events that are no messages say about the room itself."""
        if self._welcome is None:
            return
        info = self.infos[room]
        after = described(info, events, self._welcome.user)
        if after != info:
            self.infos[room] = after
            self._context.emit(RoomChanged(after))
        # An old page of the log may end where the user had left and not yet returned: so the
        # server is asked, and a room that it does not open is closed.
        if expelled(events, self._welcome.user):
            self.queue.add(room)
        for person in renamings(events):
            self._call_otherwise(person)

    def _call_otherwise(self, person: PersonRenamed) -> None:
        """Somebody has another name: the server says how conversations with that person stand."""
        if self._welcome is not None and person.member == self._welcome.user:
            self.renamed(person.name)
        for info in self.infos.values():
            if any(who.id == person.member and who.name != person.name for who in info.people):
                self.queue.add(info.room)
