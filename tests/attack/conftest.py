"""The server that is attacked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.conftest import desk
from tests.server.running import RunningServer

__all__ = ["desk"]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """A started server; whatever was done to it, it ends well and without a traceback."""
    with RunningServer(tmp_path / "data") as running:
        yield running.started()
        assert running.stop() == 0
        assert "Traceback" not in running.log
