"""Ends connections whose message never ends: what came in is held against what was handed over.

libzmq hands a message over when its last frame is there. `MAXMSGSIZE` bounds one frame and
high-water marks count whole messages, so nothing bounds a message of endlessly many frames. A
thread therefore compares what the kernel has received on each connection (`TCP_INFO`, Linux) with
what its socket has handed to the loop: it may be ahead by one largest message and some slack.

A connection is ahead, too, while whole messages of it wait for the loop. So the loop is asked to
look, and the connection is ended if there was none of it: the socket was empty, or every other
connection has had its turn (libzmq takes messages from connections by turns).

A look costs 3 µs a connection. Where there are many, memory is looked at first: while that has not
grown, nothing has piled up.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple
from weakref import WeakSet

from zmqchat.runtime import tcp as tcps
from zmqchat.runtime.log import warn

log = logging.getLogger(__name__)

FRAME_BYTES: Final = 64
"""What a frame takes on the wire beside its content, at the most: ZMTP's header, CURVE's box."""

LOOK_S: Final = 0.02
"""Seconds from one look to the next. A flood over loopback comes to 30 MiB in between."""

_SOON_S: Final = 0.005  # while somebody is ahead

_FEW: Final = 64  # connections that are always looked at
_GROWTH_BYTES: Final = 8 * 1024 * 1024
_LOOKS: Final = 25  # at one in so many, whatever memory says


class _Ahead(NamedTuple):
    """The counts at which a connection was found ahead, and nothing was handed over since."""

    handed: int
    looks: int
    messages: int


@dataclass(slots=True)
class _Known:
    """A connection, and the counts from which it is reckoned."""

    cookie: bytes
    received: int
    handed: int
    ahead: _Ahead | None = None


@dataclass(slots=True, weakref_slot=True, eq=False)
class Intake:
    """What comes in on one socket.

    `name` is what the log calls it; `connections` gives the descriptors of those that are open. One
    of them may be `ahead` by so many bytes, and by `most` while the loop does not look. `ask`, from
    another thread, has the loop look soon; it tells what it found by `took` and `found_none`.
    """

    name: str
    connections: Callable[[], Collection[int]]
    ahead: int
    most: int
    ask: Callable[[], None] = lambda: None
    ended: int = 0
    _messages: int = 0
    _looks: int = 0
    _handed: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    _known: dict[int, _Known] = field(default_factory=dict)

    def took(self, connection: int, size: int, frames: int = 1) -> None:
        """A message of `size` bytes in `frames` frames was handed to the loop."""
        self._messages += 1
        self._handed[connection] += size + FRAME_BYTES * frames

    def found_none(self) -> None:
        """The loop looked, and no message waited."""
        self._looks += 1

    def check(self) -> bool:
        """Ends the connections that are too far ahead; for the guard's thread.

        Returns whether some are ahead that may yet have to be ended.
        """
        open_now = tuple(self.connections())
        for gone in self._known.keys() - set(open_now):
            del self._known[gone]
        for descriptor in open_now:
            try:
                with tcps.borrowed(descriptor) as tcp:
                    self._check(tcp, len(open_now))
            except OSError:  # it has just been closed, or it is no TCP
                self._known.pop(descriptor, None)
        return any(known.ahead is not None for known in self._known.values())

    def _check(self, tcp: socket.socket, connections: int) -> None:
        handed = self._handed[tcp.fileno()]  # read first: what comes in meanwhile counts as waiting
        looks, messages = self._looks, self._messages
        cookie, received = tcps.cookie(tcp), tcps.received(tcp)
        known = self._known.get(tcp.fileno())
        if known is None or known.cookie != cookie:
            self._known[tcp.fileno()] = _Known(cookie, received, handed)
            return
        pending = (received - known.received) - (handed - known.handed)
        if pending < 0:  # frames were reckoned as longer than they are
            known.received, known.handed = received, handed
        if pending > self.ahead:
            pending -= tcps.unread(tcp)
        if pending <= self.ahead:
            known.ahead = None
            return
        if known.ahead is None or known.ahead.handed != handed:
            known.ahead = _Ahead(handed, looks, messages)
        # Twice: the look that found nothing may have begun before.
        looked = looks >= known.ahead.looks + 2 or messages > known.ahead.messages + connections
        if looked or pending > self.most:
            self._end(tcp, pending)
        else:
            self.ask()

    def _end(self, tcp: socket.socket, pending: int) -> None:
        peer = tcp.getpeername()[0]
        tcp.shutdown(socket.SHUT_RDWR)
        self.ended += 1
        warn(log, "connection cut", socket=self.name, address=peer, unfinished_bytes=pending)


class IntakeGuard:
    """The thread that looks at all intakes of a process. It starts with the first of them."""

    def __init__(self) -> None:
        self._intakes: WeakSet[Intake] = WeakSet()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._memory = 0
        self._looks = 0

    def watch(self, intake: Intake) -> Intake:
        """Looks at `intake` from now on, as long as it lives."""
        with self._lock:
            self._intakes.add(intake)
            if tcps.IS_TOLD and self._thread is None:
                self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
                self._thread.start()
        return intake

    def _run(self) -> None:
        pause, wait_s = threading.Event(), LOOK_S
        while not pause.wait(wait_s):
            with self._lock:
                intakes = list(self._intakes)
            count = sum(len(intake.connections()) for intake in intakes)
            if wait_s == LOOK_S and not self._is_worth_a_look(count):
                continue
            ahead = [intake.check() for intake in intakes]
            wait_s = _SOON_S if any(ahead) else LOOK_S

    def _is_worth_a_look(self, connections: int) -> bool:
        self._looks += 1
        try:
            memory = _resident_bytes()
        except OSError:  # there is no /proc, or no descriptor left: both are no reason not to look
            return True
        grown = memory - self._memory
        if connections > _FEW and 0 <= grown < _GROWTH_BYTES and self._looks % _LOOKS:
            return False
        self._memory = memory
        return True


guard: Final = IntakeGuard()
"""The process's one guard."""


def _resident_bytes() -> int:
    pages = Path("/proc/self/statm").read_bytes().split()[1]
    return int(pages) * os.sysconf("SC_PAGESIZE")
