"""One room as a receiver holds it: runs are applied in order, what is ahead waits."""

from __future__ import annotations

from perf.chat.frames import Frame, Frames, Run, sample
from perf.plan import Delivery
from perf.tally import Tally
from zmqchat.protocol.requests import Span
from zmqchat.protocol.rooms import RoomInfo

_MOST_AHEAD = 4_096


class RoomLog:
    """Starts at the head in `info`. `told` is the highest seq that a heartbeat told of.

    `clock_offset_ns` is the wall clock less the monotonic one.
    """

    def __init__(self, info: RoomInfo, frames: Frames, tally: Tally, clock_offset_ns: int) -> None:
        self.room = info.room
        self.seq, self.chain = info.seq, info.chain
        self.head = self.told = info.seq
        self._frames = frames
        self._tally = tally
        self._offset_ns = clock_offset_ns
        self._ahead: dict[int, Frame] = {}
        self._fresh: list[Run] = []
        self._newest: Frame | None = None

    @property
    def behind(self) -> bool:
        """Whether it is known that events are missing."""
        return bool(self._ahead) or self.head > self.seq

    @property
    def span(self) -> Span:
        """What to ask a server for."""
        return Span(self.room, self.seq, self.chain, 2_000)

    def hear(self, sealed: bytes) -> None:
        """Takes a frame; it counts after `verify` and `settle`."""
        frame = self._frames.open(sealed)
        if frame is None:
            return
        if frame.first == self.seq + 1:
            self._append(frame)
        elif frame.last > self.seq:
            self._set_aside(frame)

    def catch_up(self, run: Run) -> int:
        """Takes a server's answer; the number of messages in it that were missing."""
        run = run.after(self.seq)
        if run.events:
            self._append(run)
        self._take_from_ahead()
        return len(run.posted)

    def verify(self) -> None:
        """Checks the signature of the newest frame, whose chain covers all that came before it."""
        if self._newest is not None and not self._frames.genuine(self._newest):
            self._tally.problem(f"room {self.room}: a frame without the server's signature")
        self._newest = None

    def settle(self, received_ns: int) -> None:
        """Counts what has come and is verified."""
        fresh, self._fresh = self._fresh, []
        for run in fresh:
            self._count(run, received_ns)

    def _append(self, run: Run) -> None:
        if run.first != self.seq + 1 or not self._frames.follows(run, self.chain):
            self._tally.problem(f"room {self.room}: seq {run.first} does not extend {self.seq}")
        self.seq, self.chain = run.last, run.events[-1].chain
        self._fresh.append(run)
        if isinstance(run, Frame):
            self._newest = run

    def _set_aside(self, frame: Frame) -> None:
        if len(self._ahead) < _MOST_AHEAD:
            self._ahead[frame.first] = frame
        self.head = max(self.head, frame.last)

    def _take_from_ahead(self) -> None:
        for first in sorted(self._ahead):
            if first > self.seq + 1:
                return
            frame = self._ahead.pop(first)
            if first == self.seq + 1:
                self._append(frame)
            elif frame.last > self.seq:
                self._append(frame.after(self.seq))

    def _count(self, run: Run, received_ns: int) -> None:
        tally = self._tally
        try:
            for sender, first, after in run.senders:
                tally.in_order(self.room, sender, first, after)
        except ValueError as error:
            tally.problem(f"room {self.room}: {error}")
        tally.count(len(run.posted), run.bytes, received_ns)
        for position in tally.sampled(len(run.posted)):
            stamp, seq, size = sample(run, position)
            tally.deliveries.append(
                Delivery(
                    *(stamp.sender, tally.client, self.room, seq, size),
                    *(stamp.intended_ns, stamp.sent_ns),
                    self._local_ns(run.committed_us),
                    self._local_ns(run.published_us),
                    received_ns,
                )
            )

    def _local_ns(self, time_us: int) -> int:
        return time_us * 1_000 - self._offset_ns if time_us else 0
