"""Programs in processes of their own: started, listened to, ended, and nothing left of them."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals
from typing import Self

ROOT = Path(__file__).parents[2]
PATIENCE_S = 40.0  # a shared machine is slow at times
_ORDERLY_S = 20.0


class Process:
    """A started program; use it in a `with`, which kills it in the end.

    `streams` is its stdin, stdout and stderr; None: the test's own. `directory` is where it works.
    """

    def __init__(
        self,
        *command: str,
        streams: int | None = None,
        environment: Mapping[str, str] | None = None,
        own_session: bool = False,
        directory: Path = ROOT,
    ) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=directory,
            env=environment,
            stdin=streams,
            stdout=streams,
            stderr=streams,
            start_new_session=own_session,
            text=True,
            encoding="utf-8",
        )
        self._followers: list[threading.Thread] = []

    def _follow(self, read: Callable[[], None]) -> None:
        """Reads what it writes until that ends, while the test goes on."""
        follower = threading.Thread(target=read, daemon=True)
        follower.start()
        self._followers.append(follower)

    def _close(self) -> None:
        """Closes what leads to it; may be called again."""

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def signal(self, number: Signals) -> None:
        """Sends it a signal, unless it has ended."""
        self._process.send_signal(number)

    def wait(self, deadline: float = PATIENCE_S) -> int:
        """Its exit status, once it and its output have ended; TimeoutExpired after `deadline` s."""
        status = self._process.wait(deadline)
        for follower in self._followers:
            follower.join(deadline)
        return status

    def stop(self, number: Signals = SIGTERM) -> int:
        """Sends a signal and waits for the end; the exit status."""
        self.signal(number)
        status = self.wait()
        self._close()
        return status

    def kill(self) -> None:
        """SIGKILL, and waits for the end; nothing where it has ended."""
        self.stop(SIGKILL)

    def end(self) -> None:
        """SIGTERM, and SIGKILL where that does not help; nothing where it has ended."""
        self.signal(SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_ORDERLY_S)
        self.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


class Piped(Process):
    """A program whose lines on stdout and stderr are collected as they come."""

    def __init__(
        self,
        *command: str,
        environment: Mapping[str, str] | None = None,
        directory: Path = ROOT,
    ) -> None:
        super().__init__(
            *command, streams=subprocess.PIPE, environment=environment, directory=directory
        )
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._pipes = process.stdin, process.stdout, process.stderr
        self._lines: queue.Queue[str] = queue.Queue()
        self._errors: list[str] = []
        self._follow(self._read_output)
        self._follow(self._read_errors)

    def _read_output(self) -> None:
        for line in self._pipes[1]:
            self._lines.put(line.rstrip("\n"))
        self._lines.put("")  # the end: wakes who waits for a line

    def _read_errors(self) -> None:
        for line in self._pipes[2]:
            self._errors.append(line.rstrip("\n"))

    def _close(self) -> None:
        for pipe in self._pipes:
            try:
                pipe.close()
            except BrokenPipeError:  # it did not read all that was written
                continue

    @property
    def errors(self) -> list[str]:
        """The lines on stderr so far."""
        return list(self._errors)

    @property
    def log(self) -> str:
        """The text on stderr so far."""
        return "\n".join(self._errors)

    def line(self, deadline: float = PATIENCE_S) -> str:
        """The next line on stdout; "" at its end; AssertionError when none comes in time."""
        try:
            return self._lines.get(timeout=deadline)
        except queue.Empty:
            raise AssertionError(f"no line within {deadline} s; stderr:\n{self.log}") from None

    def lines(self, count: int, deadline: float = PATIENCE_S) -> list[str]:
        """The next `count` lines on stdout; `deadline` seconds for each."""
        return [self.line(deadline) for _ in range(count)]

    def expect(self, line: str) -> None:
        """Waits for this line, which must be the next on stdout."""
        said = self.line()
        assert said == line, f"{said!r} in place of {line!r}; stderr:\n{self.log}"

    def rest(self, deadline: float = PATIENCE_S) -> list[str]:
        """All further lines on stdout, once it has ended."""
        self.wait(deadline)
        lines = []
        while not self._lines.empty():
            lines.append(self._lines.get())
        return lines[:-1]

    def write(self, text: str) -> None:
        """Writes to its stdin."""
        stdin = self._pipes[0]
        stdin.write(text)
        stdin.flush()

    def close_input(self) -> None:
        """Ends its stdin."""
        self._pipes[0].close()


def python(code: str, *arguments: str) -> Piped:
    """Starts this Python code, with arguments."""
    return Piped(sys.executable, "-c", code, *arguments)
