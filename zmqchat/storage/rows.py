"""Statements that are compiled once and take their rows as tuples, in one executemany each."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPICursor


class Rows:
    """A compiled statement and where its parameters are found in a value."""

    def __init__(self, statement: sa.Insert | sa.Update | sa.Delete, dialect: sa.Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        assert compiled.positiontup
        self._sql = str(compiled)
        self._row = attrgetter(*compiled.positiontup)

    def write(self, cursor: DBAPICursor, values: Iterable[object]) -> None:
        """One executemany, or nothing for no values."""
        if rows := list(map(self._row, values)):
            cursor.executemany(self._sql, rows)
