"""A process left behind is found and ended, and so is its orphaned child."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.leftovers import no_leftovers
from tests.support.waiting import eventually

pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")

_SLEEP = "import time; time.sleep(600)"


def test_a_process_that_ended_is_no_leftover() -> None:
    with no_leftovers():
        subprocess.run([sys.executable, "-c", ""], check=True)


def test_a_running_child_is_named_and_ended() -> None:
    with pytest.raises(AssertionError, match=r"time\.sleep"), no_leftovers(grace=0.1):
        child = subprocess.Popen([sys.executable, "-c", _SLEEP])
    assert child.wait(10) == -9


def test_an_orphan_in_a_session_of_its_own_is_found(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    parent = (
        "import os, pathlib, subprocess, sys\n"
        f"orphan = subprocess.Popen([sys.executable, '-c', {_SLEEP!r}], start_new_session=True)\n"
        f"pathlib.Path({str(note)!r}).write_text(str(orphan.pid))\n"
        "os._exit(0)"
    )
    with pytest.raises(AssertionError, match=r"time\.sleep"), no_leftovers(grace=0.1):
        subprocess.run([sys.executable, "-c", parent], check=True)
    eventually(lambda: _is_gone(int(note.read_text())))


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    # Where nobody reaps orphans, what is left is a zombie, which has no command line.
    return not Path(f"/proc/{pid}/cmdline").read_bytes()
