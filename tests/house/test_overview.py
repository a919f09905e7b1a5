"""docs/files.md is what scripts/overview writes, and every module says what it is for."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]


def test_the_overview_is_current() -> None:
    script = [sys.executable, str(_ROOT / "scripts" / "overview"), "--check"]
    outcome = subprocess.run(script, capture_output=True, text=True, check=False)
    assert (outcome.returncode, outcome.stderr) == (0, "")


def test_every_module_says_what_it_is_for() -> None:
    text = (_ROOT / "docs" / "files.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `.*` \|  \|$", text, re.MULTILINE) == []
