"""`zmqchat gui` where something of it is missing: a line that says what, and what to do."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.process import ROOT


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        ("ModuleNotFoundError('No module named PySide6', name='PySide6')", "pip install 'zmqchat["),
        ("ImportError('libEGL.so.1: cannot open')", "install that library of your system"),
    ],
)
def test_what_is_missing_is_said(error: str, remedy: str) -> None:
    code = (
        "import sys\n"
        "class Hides:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name.startswith('PySide6'):\n"
        f"            raise {error}\n"
        "sys.meta_path.insert(0, Hides())\n"
        "from zmqchat.cli import main\n"
        "sys.argv = ['zmqchat', 'gui']\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("zmqchat: the desktop client cannot start (")
    assert remedy in done.stderr
    assert "zmqchat chat" in done.stderr
    assert len(done.stderr.splitlines()) == 1
