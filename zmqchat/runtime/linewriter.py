"""Lines to a descriptor that others may hold too, written so that nobody ever waits for its reader.

A thread of its own writes, for the descriptor is shared with whoever started this process: were it
made non-blocking, their shell's would be as well.
"""

from __future__ import annotations

import atexit
import os
import select
import threading
from collections import deque
from collections.abc import Callable

_MOST_BYTES = 1024 * 1024
_LAST_WORDS_S = 0.5


class LineWriter:
    """Writes whole lines, in order, as long as somebody reads.

    What does not fit into `most_bytes` meanwhile, or cannot be written, is dropped. When lines get
    through again, the first of them is `notice(n)`: n lines are missing here.
    """

    def __init__(
        self, descriptor: int, notice: Callable[[int], bytes], most_bytes: int = _MOST_BYTES
    ) -> None:
        self._descriptor = descriptor
        self._notice = notice
        self._most_bytes = most_bytes
        # Not a plain lock: the collector may run in here, and what it finalises may log.
        self._changed = threading.Condition(threading.RLock())
        self._lines: deque[bytes] = deque()
        self._bytes = 0
        self._lost = 0
        self._told = 0  # how many were lost when that could not even be told
        self._torn = False  # the last line written is not whole
        # A daemon: the process ends also while nobody reads.
        threading.Thread(target=self._run, name="lines", daemon=True).start()
        atexit.register(self.drain, _LAST_WORDS_S)

    def put(self, line: bytes) -> None:
        """Has this written, which ends with a line break. From any thread; never waits."""
        with self._changed:
            # After a loss nothing is taken in until that is told, in its place.
            if self._lost or self._bytes + len(line) > self._most_bytes:
                self._lost += 1
            else:
                self._lines.append(line)
                self._bytes += len(line)
            self._changed.notify_all()

    def drain(self, patience_s: float) -> None:
        """Returns when all is written, or cannot be, or after `patience_s` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: not self._bytes and not self._is_loss_untold, patience_s)

    @property
    def _is_loss_untold(self) -> bool:
        return self._lost > self._told

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._lines or self._is_loss_untold)
                line = self._lines.popleft() if self._lines else b""
                lost = 0 if line else self._lost
            if line:
                self._finish(len(line), self._write(line))
            else:
                self._finish_notice(lost, self._write(self._notice(lost)))

    def _finish(self, size: int, written: bool) -> None:
        with self._changed:
            self._bytes -= size
            self._lost += not written
            self._changed.notify_all()

    def _finish_notice(self, lost: int, written: bool) -> None:
        with self._changed:
            if written:
                self._lost -= lost
                self._told = 0
            else:
                self._told = lost  # tried again with the next line
            self._changed.notify_all()

    def _write(self, line: bytes) -> bool:
        """Whether all of it could be written, however long that took."""
        rest = memoryview(b"\n" + line if self._torn and line else line)
        while rest:
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:  # another holder of the descriptor made it so
                _await_room(self._descriptor)
            except OSError:  # nobody reads any more, or the disk is full
                self._torn = self._torn or len(rest) < len(line)
                return False
        self._torn = False
        return True


def _await_room(descriptor: int) -> None:
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    poll.poll()
