"""A few threads for what would hold the loop up; results come back through the loop's inbox.

Two for reads, because two busy Python threads already cost a request on the loop a switch of the
interpreter each; what is waiting is bounded, and more is refused for now.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from zmqchat.errors import ChatError, Code, Refused
from zmqchat.protocol import codec
from zmqchat.protocol.replies import Fault, Reply, ReplyBody

log = logging.getLogger(__name__)

THREADS = 2
MOST_WAITING = 512


@dataclass(frozen=True, slots=True)
class Ready:
    """An encoded reply; `check` raises Refused where the asker may have it no more."""

    peer: bytes
    request: int
    frame: bytes
    check: Callable[[], object]


class Workers:
    """Runs reads; `deliver` is called in a worker with each reply."""

    def __init__(
        self, deliver: Callable[[Ready], None], name: str = "reader", threads: int = THREADS
    ) -> None:
        self._deliver = deliver
        self._pool = ThreadPoolExecutor(threads, name)
        self._slots = threading.Semaphore(MOST_WAITING)

    def submit(
        self,
        peer: bytes,
        request: int,
        read: Callable[[], ReplyBody],
        check: Callable[[], object] = lambda: None,
    ) -> None:
        """Queues a read; Refused(BUSY) when too many wait."""
        if not self._slots.acquire(blocking=False):
            raise Refused(Code.BUSY, "The server is busy reading; try again shortly.", 0.5)
        self._pool.submit(self._run, peer, request, read, check)

    def _run(
        self,
        peer: bytes,
        request: int,
        read: Callable[[], ReplyBody],
        check: Callable[[], object],
    ) -> None:
        try:
            reply = Reply(request, ok=read())
        except ChatError as error:
            reply = Reply(request, error=Fault(error.code, error.message, error.retry_after))
        except Exception:
            log.exception("a read failed unexpectedly")
            reply = Reply(request, error=Fault(Code.INTERNAL, "The server failed to read this."))
        finally:
            self._slots.release()
        self._deliver(Ready(peer, request, codec.encode(reply), check))

    def stop(self) -> None:
        """Finishes what was queued."""
        self._pool.shutdown()
