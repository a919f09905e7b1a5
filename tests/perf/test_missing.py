"""Without its packages the harness says in a line how to get them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.process import ROOT


@pytest.mark.parametrize(
    ("module", "hidden", "target"),
    [
        ("perf", "hdrh", "perf"),
        ("perf", "matplotlib", "perf"),
        ("perf", "zmq", "perf"),
        ("perf.gui", "PySide6", "perf-gui"),
    ],
)
def test_it_says_which_target_to_run(module: str, hidden: str, target: str) -> None:
    code = (
        "import runpy, sys\n"
        "class Hides:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == {hidden!r}:\n"
        "            raise ModuleNotFoundError('no module', name=name)\n"
        "sys.meta_path.insert(0, Hides())\n"
        f"sys.argv = ['perf', 'run', 'no-such-scenario']\n"
        f"runpy.run_module({module!r}, run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == f"perf: {hidden} is not installed here. Run: make {target}\n"


def test_its_own_mistakes_are_not_taken_for_that(tmp_path: Path) -> None:
    code = (
        "from perf.missing import say_what_installs\n"
        "say_what_installs('perf')\n"
        "import perf.no_such_module\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Traceback" in done.stderr
