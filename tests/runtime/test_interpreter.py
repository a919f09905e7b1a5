"""How a Python of our own is started, and what lies beside it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.traps import Traps
from zmqchat.runtime import interpreter


def test_a_module_is_never_taken_from_the_working_directory(tmp_path: Path) -> None:
    traps = Traps(tmp_path)
    command = interpreter.command("zmqchat", "--version")
    done = subprocess.run(command, cwd=traps.directory, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("zmqchat ")
    assert traps.sprung() == []


def test_it_is_the_interpreter_that_runs_us() -> None:
    assert interpreter.command("m", "a") == (sys.executable, "-P", "-m", "m", "a")


def test_programs_are_those_of_this_installation() -> None:
    found = interpreter.program("pytest")
    assert found is not None
    assert Path(found) == Path(sys.executable).with_name("pytest")
    assert interpreter.program("sh") is None
