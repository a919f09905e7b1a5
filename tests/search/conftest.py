"""A store and the place of its index, for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from zmqchat.storage import Store, open_store


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where the test's database is; the index goes beside it."""
    return tmp_path / "data" / "zmqchat.db"


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    """An empty store, closed at the end."""
    opened = open_store(database)
    yield opened
    opened.close()


@pytest.fixture
def place(database: Path) -> Path:
    """Where the index is."""
    return database.with_name("search.db")
