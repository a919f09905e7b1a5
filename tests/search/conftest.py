"""A store and the place of its index, for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.stores import database_fixture, store_fixture

__all__ = ["database_fixture", "store_fixture"]


@pytest.fixture
def place(database: Path) -> Path:
    """Where the index is: beside the database."""
    return database.with_name("search.db")
