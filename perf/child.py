"""Child processes that serve: waited for until they say `ready`, ended with their parent."""

from __future__ import annotations

import subprocess
from pathlib import Path

from zmqchat.runtime import interpreter

ROOT = Path(__file__).parents[1]
_STOP_S = 20.0


class CannotStart(Exception):
    """A child ended, or was silent, before it was ready."""


class Child:
    """`python -m MODULE ARGUMENT…`; a child ends by itself when its stdin closes."""

    def __init__(self, log: Path, module: str, *arguments: str) -> None:
        self._command = interpreter.command(module, *arguments)
        self._log = log
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        """The process id."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Starts it (again) and waits until it is ready."""
        self.launch()
        self.await_ready()

    def launch(self) -> None:
        """Starts it (again)."""
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def await_ready(self) -> None:
        """Waits for the line `ready`; CannotStart with the end of its log where none comes."""
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.strip() == "ready":
                return
        self._process.wait()
        raise CannotStart(f"{' '.join(self._command)}\n{self._log.read_text()[-2000:]}")

    def kill(self) -> None:
        """SIGKILL."""
        assert self._process is not None
        self._process.kill()
        self._reap(self._process)

    def stop(self) -> None:
        """SIGTERM, and SIGKILL where that does not help."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._reap(self._process)
        self._process = None

    @staticmethod
    def _reap(process: subprocess.Popen[str]) -> None:
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
