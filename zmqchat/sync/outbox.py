"""Sends that are not acknowledged: their order, their batches, and what a refusal does to them.

Within a room the order of sending is the order in the log. So one request at a time carries sends
of a room: were a second under way, a refusal of the first (`busy`) and the success of the second
would exchange them. What arrives meanwhile goes into the next batch, so nothing is slower for it
(measured: with a second one under way, one sender alone would get 0 to 20 % more through).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from zmqchat.errors import RETRYABLE, Code
from zmqchat.protocol import limits
from zmqchat.protocol.replies import Accepted, Fault, Refusal
from zmqchat.protocol.requests import SendItem
from zmqchat.sync.context import Context, Timer, heeded
from zmqchat.sync.effects import Acknowledged, Failed, Held

_ITEM_BYTES = 64
_BATCH_BYTES = limits.REQUEST_BYTES - 4096
_RETRY_S = 0.5
_LONG_S = 3.0  # a wait that a person wonders about

Batch = tuple[SendItem, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """How much may be under way at once."""

    entries: int = limits.SENDS_IN_FLIGHT // 4
    size: int = 4 * limits.REQUEST_BYTES


def _size(item: SendItem) -> int:
    return len(item.body) + len(item.type) + _ITEM_BYTES


class Outbox:
    """All sends of one sender, in order within each room."""

    def __init__(self, context: Context, window: Window) -> None:
        self._context = context
        self._window = window
        self._waiting: dict[int, deque[SendItem]] = {}
        self._under_way: dict[int, Batch] = {}
        self._busy: set[int] = set()
        self._flying_entries = 0
        self._flying_size = 0
        self._paused: dict[int, float] = {}
        self._alone: set[bytes] = set()
        self._number = 0
        self._held = self._slowed = False
        self.entries = 0
        self.size = 0

    def add(self, item: SendItem) -> None:
        """Take a send; it stays until it is acknowledged or refused for good."""
        self._waiting.setdefault(item.room, deque()).append(item)
        self.entries += 1
        self.size += _size(item)

    def next_batch(self, now: float) -> tuple[int, Batch] | None:
        """A number and sends that may go out now as one request, or None."""
        entries = min(limits.SENDS_PER_REQUEST, self._window.entries - self._flying_entries)
        size = min(_BATCH_BYTES, self._window.size - self._flying_size)
        batch: list[SendItem] = []
        for room, queue in self._waiting.items():
            if room not in self._busy and self._may_go(now, room):
                size = self._fill(batch, queue, entries, size)
        if not batch:
            return None
        self._number += 1
        self._take_off(self._number, tuple(batch))
        return self._number, tuple(batch)

    def _may_go(self, now: float, room: int) -> bool:
        until = self._paused.get(room, 0.0)
        if until > now:
            self._context.sooner(Timer.OUTBOX, until)
        return until <= now

    def _take_off(self, number: int, batch: Batch) -> None:
        self._under_way[number] = batch
        self._busy.update(item.room for item in batch)
        self._flying_entries += len(batch)
        self._flying_size += sum(map(_size, batch))

    def _land(self, number: int) -> Batch:
        batch = self._under_way.pop(number, ())
        self._busy.difference_update(item.room for item in batch)
        self._flying_entries -= len(batch)
        self._flying_size -= sum(map(_size, batch))
        return batch

    def _fill(self, batch: list[SendItem], queue: deque[SendItem], entries: int, size: int) -> int:
        while queue and len(batch) < entries and _size(queue[0]) <= size:
            if queue[0].id in self._alone:
                if not batch:
                    batch.append(queue.popleft())
                    return 0
                break
            size -= _size(queue[0])
            batch.append(queue.popleft())
        return size

    # ── answers ──────────────────────────────────────────────────────────────────────────────────

    def results(self, now: float, number: int, results: Sequence[Accepted | Refusal]) -> bool:
        """The server's answer to a batch, item by item; False when it is not one."""
        batch = self._under_way.get(number, ())
        if len(batch) != len(results):
            return False
        self._land(number)
        again: list[SendItem] = []
        for item, result in zip(batch, results, strict=True):
            if isinstance(result, Accepted):
                self._done(item)
                self._held = False
                self._context.emit(Acknowledged(item.id, item.room, result.seq, result.time_us))
            elif result.code in RETRYABLE:
                again.append(item)
                self.hold(result.code, result.message, result.retry_after)
                self._pause(now, item.room, result.retry_after)
            else:
                self._fail(item, result.code, result.message)
        self._put_back(again)
        self._slowed = self._slowed and bool(self._paused)  # a later slowness is news again
        return True

    def refused(self, now: float, number: int, fault: Fault) -> None:
        """The whole request was refused. If that is for good, each send is tried alone."""
        batch = self._land(number)
        if fault.code not in RETRYABLE:
            if len(batch) == 1:
                self._fail(batch[0], fault.code, fault.message)
                batch = ()
            self._alone.update(item.id for item in batch)
        else:
            self.hold(fault.code, fault.message, fault.retry_after)
            for item in batch:
                self._pause(now, item.room, fault.retry_after)
        self._put_back(batch)

    def reset(self) -> None:
        """The connection is gone: everything unacknowledged goes out again, in order."""
        for number in sorted(self._under_way, reverse=True):
            self._put_back(self._land(number))
        self._paused.clear()
        self._slowed = False

    def hold(self, code: str, message: str, retry_after: float | None) -> None:
        """Tells why sends wait where somebody must act, and once where they will wait for long.

        A busy server helps itself.
        """
        if code == Code.STORAGE_FAILED:
            is_news, self._held = not self._held, True
        elif heeded(retry_after) >= _LONG_S:
            is_news, self._slowed = not self._slowed, True
        else:
            return
        if is_news:
            self._context.emit(Held(message))

    def _put_back(self, items: Sequence[SendItem]) -> None:
        for item in reversed(items):
            self._waiting.setdefault(item.room, deque()).appendleft(item)

    def _pause(self, now: float, room: int, retry_after: float | None) -> None:
        wait = heeded(retry_after) or _RETRY_S
        until = now + wait * (1 + self._context.jitter() / 2)
        self._paused[room] = until
        self._context.sooner(Timer.OUTBOX, until)

    def _done(self, item: SendItem) -> None:
        self.entries -= 1
        self.size -= _size(item)
        self._alone.discard(item.id)
        if not self._waiting.get(item.room, True):
            del self._waiting[item.room]
            self._paused.pop(item.room, None)

    def _fail(self, item: SendItem, code: str, message: str) -> None:
        self._done(item)
        self._context.emit(Failed(item.id, item.room, code, message))
