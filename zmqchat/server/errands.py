"""What a request needs before it can be decided, done in a thread of its own kind.

Passwords are hashed one at a time, apart from reads: each takes tens of milliseconds and 64 MiB,
and whoever tries many must keep nobody from reading. What waits is bounded, of one asker too, and
more is refused for now; askers take turns.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from zmqchat.errors import ChatError, Code, Refused
from zmqchat.protocol.replies import Fault
from zmqchat.server.turns import Turns

log = logging.getLogger(__name__)

MOST_PASSWORDS: Final = 64
"""Passwords that may wait to be hashed for those who are known, and as many for all others: five
seconds' worth, and a client waits no longer."""

MOST_PASSWORDS_EACH: Final = 8
"""Passwords of one place that may wait."""

MOST_LOOKUPS: Final = 512

_Result = TypeVar("_Result")


class Errands:
    """One thread, which those who are known and all others share by turns.

    Of either at most `most` errands wait, of one asker `each`; `call` has a call made in the loop.
    """

    def __init__(
        self, name: str, most: int, each: int, call: Callable[[Callable[[], None]], object]
    ) -> None:
        self._pool = ThreadPoolExecutor(1, name)
        self._most, self._each = most, each
        self._turns = Turns[Callable[[], None]]()
        self._lock = threading.Lock()
        self._call = call

    def submit(
        self,
        errand: Callable[[], _Result],
        done: Callable[[_Result | Fault], None],
        asker: Hashable,
        *,
        known: bool = True,
    ) -> None:
        """Queues an errand, whose result or failure goes to `done`, in the loop; Refused(BUSY).

        Those who are `known` wait apart from all others.
        """
        with self._lock:
            has_room = (
                self._turns.waiting_for(known) < self._most
                and self._turns.waiting_of(known, asker) < self._each
            )
            if has_room:
                self._turns.put(known, asker, 1, lambda: self._run(errand, done))
        if not has_room:
            text = "The server is busy with others' requests; nothing was done. Try again shortly."
            raise Refused(Code.BUSY, text, 1.0)
        self._pool.submit(self._take_turn)

    def _take_turn(self) -> None:
        with self._lock:
            turn = self._turns.take()
        if turn is not None:
            turn.item()

    def _run(self, errand: Callable[[], _Result], done: Callable[[_Result | Fault], None]) -> None:
        result: _Result | Fault
        try:
            result = errand()
        except ChatError as error:
            result = Fault(error.code, error.message, error.retry_after)
        except Exception:
            log.exception("an errand failed unexpectedly")
            result = Fault(Code.INTERNAL, "The server failed to answer this request.")
        self._call(lambda: done(result))

    def stop(self) -> None:
        """Finishes what was queued."""
        self._pool.shutdown()
