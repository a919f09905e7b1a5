"""SIGINT at any moment ends a command by it or with 130, and nobody sees a traceback."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.process import PATIENCE_S, ROOT
from tests.support.realm import environment

pytestmark = pytest.mark.slow

_MOMENTS_MS = range(0, 1200, 60)
_SCRIPT = Path(sys.executable).with_name("zmqchat")
_COMMANDS = {
    "script": (str(_SCRIPT), "tail", "general"),
    "module": (sys.executable, "-m", "zmqchat", "history", "general"),
    "stdin": (str(_SCRIPT), "send", "general", "-"),
    "up": (str(_SCRIPT), "up", "--host", "127.0.0.1", "--port", "0"),
    "server": (sys.executable, "-m", "zmqchat", "server", "--host", "127.0.0.1"),
}
_INTERPRETER = (  # is not up yet: nothing of ours has run, and any Python program ends like this
    "Fatal Python error: init_",
    "Could not import runpy module",
)


def _interrupted(command: tuple[str, ...], home: Path, after_ms: int) -> tuple[int, str]:
    """Status and stderr of a command that gets SIGINT after so many milliseconds."""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        time.sleep(after_ms / 1000)  # no waiting for anything: the moment is what is tried
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=PATIENCE_S)
        return process.returncode, errors


def _is_the_interpreters(errors: str) -> bool:
    """Whether it was interrupted before the first line of ours."""
    deepest = [line for line in errors.splitlines() if line.startswith("  File ")]
    ours = [line for line in deepest if "zmqchat" in line and "line 0," not in line]
    return errors.startswith(_INTERPRETER) or (bool(deepest) and not ours)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("command", _COMMANDS.values(), ids=_COMMANDS.keys())
def test_no_moment_shows_a_traceback(command: tuple[str, ...], tmp_path: Path) -> None:
    for moment in _MOMENTS_MS:
        status, errors = _interrupted(command, tmp_path, moment)
        if _is_the_interpreters(errors):
            continue
        assert "Traceback" not in errors, (moment, errors)
        assert "Exception ignored" not in errors, (moment, errors)
        # It may have ended by itself before, and what serves ends in order.
        assert status in {-signal.SIGINT, 130, 0} or errors.startswith("zmqchat: "), (
            moment,
            errors,
        )


def test_who_was_started_ignoring_it_goes_on(tmp_path: Path) -> None:
    """As a script's `zmqchat … &` is."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = subprocess.Popen(
            _COMMANDS["stdin"],
            cwd=ROOT,
            env=environment(tmp_path),
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert errors.startswith("zmqchat: ")
    assert "interrupted" not in errors
