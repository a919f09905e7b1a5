"""A few threads for what would hold the loop up; results come back through the loop's inbox.

Two for reads, because two busy Python threads already cost a request on the loop a switch of the
interpreter each. What waits is taken by turns (`turns`) and bounded by what it is reckoned to
cost; turns count what it then used. More is refused, with the time to come again at which the
threads will be free for it. What was read and is not handed out yet is bounded in bytes: beyond
that nothing more is read.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from zmqchat.errors import ChatError, Code, Refused
from zmqchat.protocol import codec
from zmqchat.protocol.replies import Fault, Reply, ReplyBody
from zmqchat.server.appointments import Appointments
from zmqchat.server.turns import Turn, Turns

log = logging.getLogger(__name__)

THREADS: Final = 2

MOST_WAITING: Final = 500_000
"""What all that waits may cost together, in events that are read: some four seconds of work."""

MOST_OF_A_DEVICE: Final = 16
"""Reads of one device that may wait or be under way, in all its sessions together."""

MOST_FINISHED: Final = 4 * 1024 * 1024
"""Bytes of replies that may wait to be handed out, when another read begins."""

_BUSY = "The server has much to read for everybody just now; it says when to ask again."
_BEHIND = "More waits for you than you take; ask again when you have read the replies."


@dataclass(frozen=True, slots=True)
class Asker:
    """Who waits for an answer: a session of a user's device."""

    peer: bytes
    user: int
    device: int


@dataclass(frozen=True, slots=True)
class Ready:
    """An encoded reply; `check` raises Refused where the asker may have it no more.

    `done` is to be called, from any thread, when it was handed out or is not wanted any more.
    """

    asker: Asker
    request: int
    frame: bytes
    check: Callable[[], object]
    done: Callable[[], object]

    @property
    def peer(self) -> bytes:
        """Whom it is for."""
        return self.asker.peer


@dataclass(frozen=True, slots=True)
class _Read:
    asker: Asker
    request: int
    read: Callable[[], ReplyBody]
    check: Callable[[], object]


class Workers:
    """Runs reads; `deliver` is called with each reply, in a worker or by whoever submits.

    Nothing is read for a user who `is_behind` with taking replies; that is asked in a worker.
    `jitter` gives numbers in [0, 1): those who are refused together do not come again together.
    `used_s` is a clock of a worker's thread that says what a read used: the processor's, unless
    another process does the work.
    """

    def __init__(
        self,
        deliver: Callable[[Ready], None],
        is_behind: Callable[[int], bool] = lambda user: False,
        name: str = "reader",
        threads: int = THREADS,
        most: int = MOST_WAITING,
        jitter: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.monotonic,
        used_s: Callable[[], float] = time.thread_time,
    ) -> None:
        self._deliver = deliver
        self._is_behind = is_behind
        self.most = most
        self._jitter = jitter
        self._clock = clock
        self._used_s = used_s
        self._turns: Turns[_Read] = Turns(cheapest_first=True)
        self._appointments = Appointments(threads)
        self._of_device: Counter[int] = Counter()
        self._finished = 0
        self._changed = threading.Condition()
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def submit(
        self,
        asker: Asker,
        request: int,
        read: Callable[[], ReplyBody],
        check: Callable[[], object] = lambda: None,
        cost: int = 1,
    ) -> None:
        """Queues a read that costs as much as reading `cost` events.

        Refused(BUSY) where too much waits: of this device, or of everybody and nobody has more
        waiting than this user would have. Who has is refused instead.
        """
        with self._changed:
            if self._of_device[asker.device] >= MOST_OF_A_DEVICE:
                raise Refused(Code.BUSY, "Too many of your reads are under way.", 0.1)
            displaced = self._room_for(asker.user, cost)
            self._turns.put(asker.user, asker.device, cost, _Read(asker, request, read, check))
            self._of_device[asker.device] += 1
            self._changed.notify()
        for each, fault in displaced:
            self._answer(each, Reply(each.request, error=fault))

    def _room_for(self, user: int, cost: int) -> list[tuple[_Read, Fault]]:
        displaced: list[Turn[_Read]] = []
        while self._turns and self._turns.waiting + cost > self.most:
            turn = self._turns.displace(user, cost)
            if turn is None:
                for each in reversed(displaced):  # nobody gives way for nothing
                    self._turns.put(each.user, each.device, each.cost, each.item)
                raise Refused(Code.BUSY, _BUSY, self._appointment(cost))
            displaced.append(turn)
        for each in displaced:
            self._left(each.item.asker)
        return [
            (each.item, Fault(Code.BUSY, _BUSY, self._appointment(each.cost))) for each in displaced
        ]

    def _appointment(self, cost: int) -> float:
        wait_s = self._appointments.book(self._clock(), self._turns.waiting, cost)
        return wait_s * (1 + self._jitter() / 4)

    def forget(self, asker: Asker) -> None:
        """The session is gone: what it asked for is not read."""
        with self._changed:
            gone = self._turns.remove(
                asker.user, asker.device, lambda each: each.asker.peer == asker.peer
            )
            for each in gone:
                self._left(each.asker)

    def stop(self) -> None:
        """Finishes what was queued."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _left(self, asker: Asker) -> None:
        self._of_device[asker.device] -= 1
        if self._of_device[asker.device] <= 0:
            del self._of_device[asker.device]

    def _run(self) -> None:
        while True:
            with self._changed:
                while (turn := self._next()) is None:
                    if self._stopping:
                        return
                    self._changed.wait()
            began, used_before_s = self._clock(), self._used_s()
            reply = self._read(turn.item)
            took_s, used_s = self._clock() - began, self._used_s() - used_before_s
            with self._changed:
                self._left(turn.item.asker)
                came_to = self._appointments.took(turn.cost, took_s, used_s)
                self._turns.charge(turn, came_to - turn.cost)
            self._answer(turn.item, reply)

    def _next(self) -> Turn[_Read] | None:
        """What is to be read now. Whoever stops takes nothing away any more, and waits for all."""
        if self._finished >= MOST_FINISHED and not self._stopping:
            return None
        turn = self._turns.take()
        if turn is None:
            self._appointments.free()
        return turn

    def _answer(self, read: _Read, reply: Reply) -> None:
        frame = codec.encode(reply)
        size = len(frame)
        with self._changed:
            self._finished += size
        self._deliver(
            Ready(read.asker, read.request, frame, read.check, lambda: self._handed_out(size))
        )

    def _handed_out(self, size: int) -> None:
        with self._changed:
            was_full = self._finished >= MOST_FINISHED
            self._finished -= size
            if was_full:
                self._changed.notify_all()

    def _read(self, read: _Read) -> Reply:
        if self._is_behind(read.asker.user):
            return Reply(read.request, error=Fault(Code.BUSY, _BEHIND, 0.5))
        return _reply(read)


def _reply(read: _Read) -> Reply:
    try:
        return Reply(read.request, ok=read.read())
    except ChatError as error:
        return Reply(read.request, error=Fault(error.code, error.message, error.retry_after))
    except Exception:
        log.exception("a read failed unexpectedly")
        return Reply(read.request, error=Fault(Code.INTERNAL, "The server failed to read this."))
