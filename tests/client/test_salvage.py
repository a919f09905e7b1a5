"""What can still be read of a damaged SQLite file, row by row."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from zmqchat.client.salvage import salvage

PAGE = 4096
COLUMNS = ("position", "text")
ROWS = 400


def blank(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE words (position INTEGER PRIMARY KEY, text TEXT)")
        database.commit()


def filled(path: Path) -> dict[int, str]:
    """A file with words, by place; no two are alike."""
    blank(path)
    words = {n: f"word {n}, " * 20 for n in range(1, ROWS + 1)}
    with closing(sqlite3.connect(path)) as database:
        database.executemany("INSERT INTO words VALUES (?, ?)", words.items())
        database.commit()
    return words


def break_page(path: Path, page: int) -> None:
    content = bytearray(path.read_bytes())
    content[page * PAGE : (page + 1) * PAGE] = b"\xa5" * PAGE
    path.write_bytes(content)


def test_a_sound_file_is_read_whole(tmp_path: Path) -> None:
    words = filled(tmp_path / "words.db")
    found = salvage(tmp_path / "words.db", "words", COLUMNS, blank)
    assert found.whole
    assert found.in_order == [(n, word.encode()) for n, word in words.items()]


def test_a_table_that_is_not_there_was_not_damaged(tmp_path: Path) -> None:
    filled(tmp_path / "words.db")
    found = salvage(tmp_path / "words.db", "others", COLUMNS, blank)
    assert (found.whole, found.in_order) == (True, [])


def test_rows_before_between_and_behind_broken_pages_are_found(tmp_path: Path) -> None:
    path = tmp_path / "words.db"
    words = filled(path)
    pages = path.stat().st_size // PAGE
    before = path.read_bytes()
    for page in (pages // 4, 3 * pages // 4):
        break_page(path, page)
    found = salvage(path, "words", COLUMNS, blank)
    assert not found.whole
    content = path.read_bytes()
    still_there = [n for n, word in words.items() if word.encode() in content]
    assert [row[0] for row in found.in_order] == still_there
    assert 0 < len(still_there) < ROWS
    assert len(before) == len(content)


def test_without_its_first_page_it_is_read_by_a_blank_ones(tmp_path: Path) -> None:
    path = tmp_path / "words.db"
    words = filled(path)
    break_page(path, 0)
    broken = path.read_bytes()
    found = salvage(path, "words", COLUMNS, blank)
    assert not found.whole
    assert [text for _, text in found.in_order] == [word.encode() for word in words.values()]
    assert path.read_bytes() == broken  # it is left as it was
    assert [file.name for file in tmp_path.iterdir()] == ["words.db"]
