"""Seals and signs what was committed, and sends it to the brokers in as few frames as may be.

Events of one room that wait together leave in one frame. In a small room nothing waits; in a large
one, where a delivery to everybody costs seconds of work a second, frames are spaced by the size of
the audience, and what comes in between gathers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from zmqchat.domain.batch import Segment
from zmqchat.domain.state import Room, User
from zmqchat.protocol import codec
from zmqchat.protocol.events import Event
from zmqchat.protocol.frames import EpochEnded, EventsFrame, Frame, Nudge, Signals, statement
from zmqchat.protocol.limits import FRAME_BYTES
from zmqchat.protocol.signals import Signal
from zmqchat.security.sealing import FRAMES_PER_KEY, Sealer, personal_key
from zmqchat.security.signing import Signer

SMALL_AUDIENCE = 100
"""Rooms up to this many listeners are never paced."""

PACE_S = 5e-6
"""Seconds between frames for each listener of a larger room: half of what their wake-ups cost."""

_ENVELOPE_BYTES = 192
"""About what an event's envelope adds to its body."""


@dataclass(slots=True)
class _Waiting:
    """What a room has to publish: segments with the time of their commit, in order."""

    segments: deque[tuple[Segment, int]] = field(default_factory=deque)
    due: float = 0.0


class Publisher:
    """Queues segments by room and publishes what is due.

    `send(handle, sealed)` puts a frame on the wire; `audience(room)` counts listeners; `clock_us`
    is the server's clock; `published(size, since_commit_us)` counts; `personal` makes the keys of
    personal topics, and `renew(user)` has one replaced whose key has sealed enough. `now` is
    monotonic seconds.
    """

    def __init__(
        self,
        realm: bytes,
        signer: Signer,
        send: Callable[[bytes, bytes | bytearray], None],
        audience: Callable[[int], int],
        clock_us: Callable[[], int],
        published: Callable[[int, int], None],
        personal: bytes,
        renew: Callable[[int], None],
    ) -> None:
        self._realm = realm
        self._signer = signer
        self._send = send
        self._audience = audience
        self._clock_us = clock_us
        self._published = published
        self._personal = personal
        self._renew = renew
        self._waiting: dict[int, _Waiting] = {}
        self._next: dict[int, float] = {}
        self._sealers: dict[bytes, Sealer] = {}
        self._nudgers: dict[int, tuple[bytes, Sealer]] = {}
        self._nudges = 0
        self._signalled = 0

    def add(self, segments: list[Segment], committed_us: int, now: float) -> None:
        """Takes the segments of one commit, in order."""
        for segment in segments:
            room = segment.room.id
            waiting = self._waiting.get(room)
            if waiting is None:
                due = self._next.pop(room, now)
                waiting = self._waiting[room] = _Waiting(due=due)
            waiting.segments.append((segment, committed_us))

    def due(self) -> float | None:
        """When the next frame is to leave, or None where nothing waits."""
        return min((waiting.due for waiting in self._waiting.values()), default=None)

    def flush(self, now: float) -> None:
        """Publishes every room that is due."""
        if not self._waiting:
            return
        due = [room for room, waiting in self._waiting.items() if waiting.due <= now]
        for room in due:
            self._publish(self._waiting.pop(room).segments)
            self._pace(room, now)

    def nudge(self, user: User) -> None:
        """Tells a user's devices that something of theirs changed."""
        self._nudges += 1
        handle, sealer = self._nudgers.get(user.id, (b"", None))
        if sealer is None or handle != user.handle:
            sealer = Sealer(personal_key(self._personal, user.handle))
            self._nudgers[user.id] = user.handle, sealer
        self._send(user.handle, sealer.seal(user.handle, codec.encode(Nudge(self._nudges))))
        if sealer.sealed == FRAMES_PER_KEY:
            self._renew(user.id)

    def signal(self, room: Room, signals: list[Signal]) -> None:
        """Tells those who hear the room now what they may miss.

        The counter is the clock's: it rises over restarts too, as long as the clock does.
        """
        self._signalled = max(self._signalled + 1, self._clock_us())
        self._seal(room, Signals(room.id, room.epoch, self._signalled, signals))

    def _pace(self, room: int, now: float) -> None:
        audience = self._audience(room)
        if audience > SMALL_AUDIENCE:
            self._next[room] = now + audience * PACE_S

    def _publish(self, segments: deque[tuple[Segment, int]]) -> None:
        while segments:
            segment, committed_us = segments.popleft()
            events = segment.events
            # Segments of one epoch that waited together are one run of events.
            while (
                not segment.ended and segments and segments[0][0].room.epoch == segment.room.epoch
            ):
                segment, _ = segments.popleft()
                events = events + segment.events
            for frame_events in split(events):
                self._seal_events(segment, frame_events, committed_us)
            if segment.ended:
                self._end_epoch(segment)

    def _seal_events(self, segment: Segment, events: list[Event], committed_us: int) -> None:
        room, last = segment.room, events[-1]
        signature = self._sign("events", segment, last.seq, last.chain)
        published_us = self._clock_us()
        size = self._seal(
            room,
            EventsFrame(room.id, room.epoch, events, committed_us, published_us, signature),
        )
        self._published(size, published_us - committed_us)

    def _end_epoch(self, segment: Segment) -> None:
        room = segment.room
        seq, chain = (
            (segment.events[-1].seq, segment.events[-1].chain)
            if segment.events
            else (room.seq, room.chain)
        )
        signature = self._sign("epoch-ended", segment, seq, chain)
        self._seal(room, EpochEnded(room.id, room.epoch, seq, chain, signature))
        self._sealers.pop(room.handle, None)

    def _sign(self, kind: str, segment: Segment, seq: int, chain: bytes) -> bytes:
        room = segment.room
        return self._signer.sign(
            statement(kind, self._realm, segment.lineage, room.id, room.epoch, seq, chain)
        )

    def _seal(self, room: Room, frame: Frame) -> int:
        sealer = self._sealers.get(room.handle)
        if sealer is None:
            sealer = self._sealers[room.handle] = Sealer(room.key)
        sealed = sealer.seal(room.handle, codec.encode(frame))
        self._send(room.handle, sealed)
        return len(sealed)


def split(events: list[Event]) -> Iterator[list[Event]]:
    """`events` in runs of about FRAME_BYTES, none of them empty."""
    run: list[Event] = []
    size = 0
    for event in events:
        run.append(event)
        size += len(event.body) + _ENVELOPE_BYTES
        if size >= FRAME_BYTES:
            yield run
            run, size = [], 0
    if run:
        yield run
