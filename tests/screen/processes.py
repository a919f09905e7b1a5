"""Programs of a desktop: each writes into a log, and all end in the reverse order of their start.

No pipes: what a program starts in its turn (an accessibility bus, a menu) keeps them open.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import Self

_PATIENCE_S = 20.0


class Program:
    """A running program; what it writes is in `log`."""

    def __init__(
        self, command: tuple[str, ...], log: Path, environment: dict[str, str], *descriptors: int
    ) -> None:
        self._log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment,
                pass_fds=descriptors,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    @property
    def log(self) -> str:
        """What it wrote so far, and others before it into the same log."""
        return self._log.read_text("utf-8", errors="replace")

    def kill(self) -> None:
        """SIGKILL, and waits for the end."""
        self._process.kill()
        self._process.wait()

    def end(self) -> int:
        """SIGTERM, and SIGKILL where that does not help; the exit status."""
        self._process.terminate()
        try:
            return self._process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


class Programs(ExitStack):
    """Starts programs, and ends them all."""

    def __init__(self, logs: Path) -> None:
        super().__init__()
        self._logs = logs
        logs.mkdir(parents=True, exist_ok=True)

    def start(
        self, command: tuple[str, ...], environment: dict[str, str], *descriptors: int
    ) -> Program:
        """Starts a program that ends with this at the latest."""
        log = self._logs / f"{Path(command[0]).name}.log"
        return self.enter_context(Program(command, log, environment, *descriptors))

    def ask(self, command: tuple[str, ...], environment: dict[str, str]) -> str:
        """Starts a program with `{}` for a descriptor in its words; the line it writes there."""
        ours, theirs = os.pipe()
        with os.fdopen(ours, encoding="utf-8") as answer:
            words = tuple(word.format(theirs) for word in command)
            program = self.start(words, environment, theirs)
            os.close(theirs)
            line = answer.readline().strip()
        assert line, f"{command[0]} did not start: {program.log}"
        return line
