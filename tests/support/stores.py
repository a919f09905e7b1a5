"""A database of its own for a test: `database_fixture` and `store_fixture`, as in `realm`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from zmqchat.storage import Store, open_store


@pytest.fixture(name="database")
def database_fixture(tmp_path: Path) -> Path:
    """Where the test's database is, alone in its directory."""
    return tmp_path / "data" / "zmqchat.db"


@pytest.fixture(name="store")
def store_fixture(database: Path) -> Iterator[Store]:
    """An empty store, closed at the end."""
    opened = open_store(database)
    yield opened
    opened.close()
