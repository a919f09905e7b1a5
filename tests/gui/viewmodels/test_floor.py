"""View-models need no window, and importing them brings none in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_WINDOWS = ("PySide6.QtGui", "PySide6.QtQuick", "PySide6.QtWidgets")


def test_view_models_import_nothing_that_has_to_do_with_windows() -> None:
    code = (
        "import sys, zmqchat_gui.viewmodels.root as _\n"
        f"print(*(name for name in {_WINDOWS!r} if name in sys.modules))"
    )
    gui = Path(__file__).parents[3] / "gui"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": f"{gui.parent}:{gui}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []
