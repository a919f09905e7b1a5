"""The window for the tests of the views."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gui.views.stage import Stage


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A window that shows the connect page."""
    made = Stage(tmp_path, monkeypatch)
    yield made
    made.close()
