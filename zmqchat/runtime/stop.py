"""Why and when a process should end: a signal, its supervisor's death, or a request of its own.

A supervised process has a pipe from its supervisor as stdin and ends when that closes, so that
nothing is left behind when the supervisor is killed.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any, Self

_STDIN = 0


def heeded() -> tuple[signal.Signals, ...]:
    """The signals that ask this process to end.

    Not SIGHUP and SIGINT where it was started with them ignored: by `nohup`, or by a script that
    put it into the background.
    """
    optional = (signal.SIGINT, signal.SIGHUP)
    return (signal.SIGTERM, *(n for n in optional if signal.getsignal(n) != signal.SIG_IGN))


class StopRequest:
    """Poll `descriptors` for reading, then ask `reason`. Made in the main thread, as a context."""

    def __init__(self, *, supervised: bool) -> None:
        self._supervised = supervised
        self._reason: str | None = None
        self._read_end, self._write_end = os.pipe()
        os.set_blocking(self._write_end, False)
        self._previous: dict[signal.Signals, Any] = {}

    @property
    def descriptors(self) -> list[int]:
        """What to poll: readable when there may be a reason to stop."""
        return [self._read_end, _STDIN] if self._supervised else [self._read_end]

    def reason(self, readable: Callable[[int], bool]) -> str | None:
        """Why to stop ("SIGTERM", "supervisor gone", …) or None; `readable` is what poll found."""
        if self._supervised and readable(_STDIN) and not os.read(_STDIN, 4096):
            self.request("supervisor gone")
        return self._reason

    def request(self, reason: str) -> None:
        """Asks for the stop, from any thread."""
        self._reason = self._reason or reason
        with suppress(BlockingIOError):  # full: it is readable as it is
            os.write(self._write_end, b"\0")

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self.request(signal.Signals(number).name)

    def __enter__(self) -> Self:
        for number in heeded():
            self._previous[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        os.close(self._read_end)
        os.close(self._write_end)
