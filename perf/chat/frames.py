"""Opening, decoding and checking published frames.

A receiver checks seal, chain, order and signature of all that it gets. Where many receivers share
a process (`shared`), each frame is checked once, and a receiver that got the same frame byte for
byte relies on that: otherwise the generators, and not the system, would set the pace.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from perf import payload
from zmqchat.errors import PeerError
from zmqchat.protocol import codec
from zmqchat.protocol.chain import Chain
from zmqchat.protocol.events import Event
from zmqchat.protocol.frames import EventsFrame, Signals, statement
from zmqchat.protocol.replies import Welcome
from zmqchat.security.sealing import NONCE_BYTES, Sealer
from zmqchat.security.signing import Verifier

_KEPT = 4_096
_TEXT_STARTS = {0xD9: 8, 0xDA: 9, 0xDB: 11}
"""Where the text begins in an encoded `{"text": …}`, by the tag of its length."""


@dataclass
class Run:
    """Events of one room that follow each other, with the server's stamps of their frame."""

    events: Sequence[Event]
    committed_us: int
    published_us: int

    @property
    def first(self) -> int:
        """The first event's seq."""
        return self.events[0].seq

    @property
    def last(self) -> int:
        """The last event's seq."""
        return self.events[-1].seq

    @cached_property
    def posted(self) -> list[tuple[Event, int]]:
        """The messages among them, each with the place of its text in the body."""
        return [(e, _TEXT_STARTS[e.body[6]]) for e in self.events if e.type == "posted"]

    @cached_property
    def bytes(self) -> int:
        """The size of the messages' texts together."""
        return sum(len(event.body) - start for event, start in self.posted)

    @cached_property
    def senders(self) -> list[tuple[int, int, int]]:
        """(sender, first index, index after the last): ValueError where a sender's skip."""
        runs: dict[int, list[int]] = {}
        for event, start in self.posted:
            key = int(event.body[start : start + 12], 16)
            sender, index = key >> 32, key & 0xFFFFFFFF
            run = runs.setdefault(sender, [index, index])
            if run[1] != index:
                raise ValueError(f"message {index} of sender {sender} in place of {run[1]}")
            run[1] = index + 1
        return [(sender, first, after) for sender, (first, after) in runs.items()]

    def after(self, seq: int) -> Run:
        """As much of it as comes after `seq`."""
        events = [event for event in self.events if event.seq > seq]
        return Run(events, self.committed_us, self.published_us)


@dataclass
class Frame(Run):
    """A run that came in a frame. `checked_from` is the chain from which it was recomputed."""

    frame: EventsFrame
    sealed: bytes
    checked_from: bytes = b""
    genuine: bool = False


class Realm:
    """What a welcome says about verifying, for all rooms of a realm."""

    def __init__(self, welcome: Welcome) -> None:
        self._realm, self._lineage = welcome.realm, welcome.lineage
        self._verifier = Verifier(welcome.signing_key)

    def chain(self, room: int) -> Chain:
        """The hasher of a room's chain."""
        return Chain(self._realm, self._lineage, room)

    def signed(self, frame: EventsFrame) -> bool:
        """Whether the server signed the frame."""
        last = frame.events[-1]
        text = statement(
            "events", self._realm, self._lineage, frame.room, frame.epoch, last.seq, last.chain
        )
        return self._verifier.verify(text, frame.signature)


class Frames:
    """Opens the frames of one room's epoch."""

    def __init__(self, realm: Realm, room: int, handle: bytes, key: bytes) -> None:
        self._realm = realm
        self._chain = realm.chain(room)
        self._handle = handle
        self._sealer = Sealer(key)
        self._kept: OrderedDict[bytes, Frame] = OrderedDict()

    def open(self, sealed: bytes) -> Frame | None:
        """The frame; None for signals. PeerError where it was tampered with, or is another one."""
        nonce = sealed[:NONCE_BYTES]
        known = self._kept.get(nonce)
        if known is not None and known.sealed == sealed:
            return known
        content = codec.decode_frame(self._sealer.open(self._handle, sealed))
        if isinstance(content, Signals):
            return None  # who is there: what measures has nobody to tell
        if not isinstance(content, EventsFrame):
            raise PeerError("a frame without events")
        frame = self._kept[nonce] = Frame(
            content.events, content.committed_us, content.published_us, content, sealed
        )
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return frame

    def follows(self, run: Run, chain: bytes) -> bool:
        """Whether the events extend `chain` as they say, one by one."""
        if isinstance(run, Frame) and run.checked_from == chain:
            return True
        after = chain
        for event in run.events:
            after = self._chain.after(after, event)
            if after != event.chain:
                return False
        if isinstance(run, Frame):
            run.checked_from = chain
        return True

    def genuine(self, frame: Frame) -> bool:
        """Whether the frame has the server's signature."""
        if not frame.genuine:
            frame.genuine = self._realm.signed(frame.frame)
        return frame.genuine


def sample(run: Run, position: int) -> tuple[payload.Stamp, int, int]:
    """The stamp, seq and size of the message at `position` among those posted."""
    event, start = run.posted[position]
    stamp = payload.stamp(event.body[start : start + payload.HEADER])
    return stamp, event.seq, len(event.body) - start
