"""`zmqchat` on a pseudo-terminal, as a person sees it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from io import FileIO
from pathlib import Path

from tests.support.process import PATIENCE_S, Process
from tests.support.realm import environment
from tests.support.waiting import eventually

_FORWARD = re.compile(r"\x1b\[(\d*)C")
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")
_DRAW_ANEW = "\x0c"  # Ctrl+L
_CLEARED = "\x1b[2J"


class Terminal(Process):
    """A started command and what it wrote; use it in a `with`."""

    def __init__(self, home: Path, *arguments: str, columns: int = 100, rows: int = 30) -> None:
        main, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        super().__init__(
            *(sys.executable, "-m", "zmqchat", *arguments),
            streams=child,
            environment={**environment(home), "TERM": "xterm-256color"},
            own_session=True,
        )
        os.close(child)
        self._main = FileIO(main, "r+")
        self._heard = bytearray()
        self._follow(self._read)

    def _read(self) -> None:
        with suppress(OSError):  # EIO: the command has ended
            while data := self._main.read(65_536):
                self._heard += data

    def _close(self) -> None:
        self._main.close()

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
        self._main.write(text.encode())

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
            eventually(condition, PATIENCE_S)
        except AssertionError:
            raise AssertionError(f"{text!r} did not come; there is:\n{self.screen()}") from None


def _plain(raw: str) -> str:
    spaced = _FORWARD.sub(lambda match: " " * int(match[1] or 1), raw)
    return _ESCAPES.sub("", spaced)
