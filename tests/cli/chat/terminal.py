"""`zmqchat` on a pseudo-terminal, as a person sees it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.realm import environment
from tests.support.waiting import eventually

_ROOT = Path(__file__).parents[3]
_FORWARD = re.compile(r"\x1b\[(\d*)C")
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")
_DRAW_ANEW = "\x0c"  # Ctrl+L
_CLEARED = "\x1b[2J"
_WAIT_S = 40.0  # a shared machine is slow at times


class Terminal:
    """A started command and what it wrote; use it in a `with`."""

    def __init__(self, home: Path, *arguments: str, columns: int = 100, rows: int = 30) -> None:
        self._main, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "zmqchat", *arguments],
            cwd=_ROOT,
            env={**environment(home), "TERM": "xterm-256color"},
            stdin=child,
            stdout=child,
            stderr=child,
            start_new_session=True,
        )
        os.close(child)
        self._heard = bytearray()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with suppress(OSError):  # EIO: the command has ended
            while data := os.read(self._main, 65_536):
                self._heard += data

    @property
    def written(self) -> str:
        """Everything that it wrote, with spaces for what the cursor skipped."""
        raw = bytes(self._heard).decode(errors="replace")
        return _plain(raw)

    def screen(self) -> str:
        """What it wrote since it last drew the whole screen."""
        raw = bytes(self._heard).decode(errors="replace")
        return _plain(raw.rsplit(_CLEARED, 1)[-1])

    def types(self, text: str) -> None:
        """Presses keys."""
        os.write(self._main, text.encode())

    def says(self, text: str) -> None:
        """Waits for this text in all that it wrote, before it has a screen."""
        self._wait(lambda: text in self.written, text)

    def shows(self, text: str) -> None:
        """Waits for this text on its screen."""

        def seen() -> bool:
            if text in self.screen():
                return True
            self.types(_DRAW_ANEW)
            return False

        self._wait(seen, text)

    def _wait(self, condition: Callable[[], bool], text: str) -> None:
        try:
            eventually(condition, _WAIT_S)
        except AssertionError:
            raise AssertionError(f"{text!r} did not come; there is:\n{self.screen()}") from None

    def wait(self) -> int:
        """Its exit status."""
        status = self.process.wait(_WAIT_S)
        self._reader.join(_WAIT_S)
        return status

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.wait()
        os.close(self._main)


def _plain(raw: str) -> str:
    spaced = _FORWARD.sub(lambda match: " " * int(match[1] or 1), raw)
    return _ESCAPES.sub("", spaced)
