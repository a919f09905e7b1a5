"""Statements that are compiled once and take their rows as tuples, as few calls as may be."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPICursor

MANY: Final = 128
"""Rows of one statement: a fifth less time a row than one by one, and a hundredth of the times that
the driver lets go of the interpreter and waits to have it back."""


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


class ManyRows(Rows):
    """A plain INSERT of a flood of rows: many of them in each statement, as far as they go."""

    def __init__(self, statement: sa.Insert, dialect: sa.Dialect) -> None:
        super().__init__(statement, dialect)
        insert, values = self._sql.split(" VALUES ")
        self._many = f"{insert} VALUES {', '.join([values] * MANY)}"

    def write(self, cursor: DBAPICursor, values: Iterable[object]) -> None:
        """Nothing for no values."""
        rows = list(map(self._row, values))
        whole = len(rows) - len(rows) % MANY
        for start in range(0, whole, MANY):
            cursor.execute(self._many, tuple(chain.from_iterable(rows[start : start + MANY])))
        if rest := rows[whole:]:
            cursor.executemany(self._sql, rest)
