"""Reads what can still be read of a damaged SQLite file, row by row. The file is left as it is."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from zmqchat.client.database import beside

_PAGE_AT, _PAGE_BYTES = 16, 2
_MOST_BEHIND = 16_384
"""How many places behind the last row that was found may have one: more than an outbox holds."""

Row = tuple[Any, ...]


@dataclass
class Salvaged:
    """Rows by their place, and whether there were any that could not be read."""

    rows: dict[int, Row] = field(default_factory=dict)
    whole: bool = True

    @property
    def in_order(self) -> list[Row]:
        """The rows, by place."""
        return [row for _, row in sorted(self.rows.items())]


def salvage(
    path: Path, table: str, columns: Sequence[str], blank: Callable[[Path], None]
) -> Salvaged:
    """The rows of a table whose first column is its integer primary key.

    `blank` makes an empty file with the same tables at the same places: where the first page is
    gone, which says where the tables are, the blank one's serves in its place.
    """
    with TemporaryDirectory(dir=path.parent, prefix=".salvage-") as scratch:
        copy = Path(scratch) / "copy"
        _copy(path, copy)
        found = _rows(copy, table, columns)
        if not found.rows and (not found.whole or not path.stat().st_size):
            empty = Path(scratch) / "blank"
            blank(empty)
            _copy(path, copy)
            _behead(copy, empty)
            found = _rows(copy, table, columns)
            found.whole = False
        return found


def _copy(path: Path, copy: Path) -> None:
    (log, _), (log_copy, index) = beside(path), beside(copy)
    index.unlink(missing_ok=True)  # is made anew
    shutil.copyfile(path, copy)
    if log.exists():
        shutil.copyfile(log, log_copy)


def _behead(damaged: Path, blank: Path) -> None:
    """Puts the first page of `blank` in place of that of `damaged`."""
    page = blank.read_bytes()
    size = int.from_bytes(page[_PAGE_AT : _PAGE_AT + _PAGE_BYTES], "big") or 65_536
    first = bytearray(page[:size])
    first[28:32] = (max(1, damaged.stat().st_size // size)).to_bytes(4, "big")  # its pages
    with damaged.open("r+b") as file:
        file.write(first)


def _rows(path: Path, table: str, columns: Sequence[str]) -> Salvaged:
    found = Salvaged()
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.text_factory = bytes
        key, select = columns[0], f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608
        found.whole = _scan(database, f"{select} ORDER BY {key}", found)
        if not found.whole:
            first = max(found.rows, default=0)
            _scan(database, f"{select} ORDER BY {key} DESC", found)
            last = max(found.rows, default=0)
            end = last if last > first else first + _MOST_BEHIND
            for place in range(first + 1, end):
                if place not in found.rows:
                    _scan(database, f"{select} WHERE {key} = ?", found, (place,))
    return found


def _scan(
    database: sqlite3.Connection, query: str, found: Salvaged, values: Iterable[int] = ()
) -> bool:
    """Takes rows until one cannot be read; whether all could be."""
    try:
        for row in database.execute(query, tuple(values)):
            if isinstance(row[0], int):
                found.rows.setdefault(row[0], row)
    except sqlite3.Error as error:
        return "no such table" in str(error)  # what is not there was not damaged
    return True
