"""A store of its own for each test."""

from __future__ import annotations

from tests.support.stores import database_fixture, store_fixture

__all__ = ["database_fixture", "store_fixture"]
