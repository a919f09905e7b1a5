"""What a request needs before it can be decided, done in a thread of its own kind.

Passwords are hashed one at a time, apart from reads: each takes tens of milliseconds and 64 MiB,
and whoever tries many must keep nobody from reading. What waits is bounded, and more is refused
for now.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from zmqchat.errors import ChatError, Code, Refused
from zmqchat.protocol.replies import Fault

log = logging.getLogger(__name__)

MOST_PASSWORDS: Final = 64
"""Passwords that may wait to be hashed: five seconds' worth, and a client waits no longer."""

MOST_LOOKUPS: Final = 512

_Result = TypeVar("_Result")


class Errands:
    """One thread for which at most `most` errands wait; `call` has a call made in the loop."""

    def __init__(self, name: str, most: int, call: Callable[[Callable[[], None]], object]) -> None:
        self._pool = ThreadPoolExecutor(1, name)
        self._slots = threading.Semaphore(most)
        self._call = call

    def submit(
        self, errand: Callable[[], _Result], done: Callable[[_Result | Fault], None]
    ) -> None:
        """Queues an errand, whose result or failure goes to `done`, in the loop; Refused(BUSY)."""
        if not self._slots.acquire(blocking=False):
            text = "The server is busy with others' requests; nothing was done. Try again shortly."
            raise Refused(Code.BUSY, text, 1.0)
        self._pool.submit(self._run, errand, done)

    def _run(self, errand: Callable[[], _Result], done: Callable[[_Result | Fault], None]) -> None:
        result: _Result | Fault
        try:
            result = errand()
        except ChatError as error:
            result = Fault(error.code, error.message, error.retry_after)
        except Exception:
            log.exception("an errand failed unexpectedly")
            result = Fault(Code.INTERNAL, "The server failed to answer this request.")
        finally:
            self._slots.release()
        self._call(lambda: done(result))

    def stop(self) -> None:
        """Finishes what was queued."""
        self._pool.shutdown()
