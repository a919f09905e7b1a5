"""Finds the processes that a test started and left running, grandchildren and orphans included.

Every process inherits its parent's environment, so a token put there marks a test's whole family,
also what was given to init when its parent was killed.
"""

from __future__ import annotations

import os
import signal
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.waiting import eventually

_TOKEN = "ZMQCHAT_TEST_TOKEN"
_STARTS = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system"}
# Helpers of multiprocessing that live as long as the interpreter that they serve.
_KEPT = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")


class _Starts:
    """How many processes this interpreter has begun to start."""

    count = 0


@dataclass(frozen=True)
class Leftover:
    pid: int
    command: str


def _watch_starts(event: str, _arguments: tuple[object, ...]) -> None:
    if event in _STARTS:
        _Starts.count += 1


sys.addaudithook(_watch_starts)


@contextmanager
def no_leftovers(grace: float = 20.0) -> Iterator[None]:
    """Raises AssertionError if a process started inside is there `grace` seconds after; ends it."""
    started_before = _Starts.count
    token = uuid.uuid4().hex
    with _token_in_environment(token):
        yield
    if _Starts.count > started_before:  # most tests start nothing, and need no search in /proc
        _end_leftovers(token, grace)


@contextmanager
def _token_in_environment(token: str) -> Iterator[None]:
    outer = os.environ.get(_TOKEN)
    os.environ[_TOKEN] = f"{outer or ''} {token}"
    try:
        yield
    finally:
        if outer is None:
            del os.environ[_TOKEN]
        else:
            os.environ[_TOKEN] = outer


def _end_leftovers(token: str, grace: float) -> None:
    try:
        eventually(lambda: not _family(token), grace)
    except AssertionError:
        left = _family(token)
        for process in left:
            _kill(process.pid)
        if left:
            raise AssertionError(f"the test left processes running: {left}") from None


def _family(token: str) -> list[Leftover]:
    found = [_look(path, token.encode()) for path in Path("/proc").glob("[0-9]*")]
    return [process for process in found if process is not None]


def _look(path: Path, token: bytes) -> Leftover | None:
    try:
        if token not in (path / "environ").read_bytes():
            return None
        command = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:  # gone meanwhile, or another user's
        return None
    if not command or any(kept in command for kept in _KEPT):
        return None
    return Leftover(int(path.name), command.strip())


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
