"""What is kept of messages is compared with the log, and every difference told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tests.storage.copies import copy_of, report_of
from tests.storage.talk import SECRETS, said, talk
from tests.storage.values import filled, founded, room
from zmqchat.domain.projection import Edit, Erasure, MessageState
from zmqchat.domain.state import Room
from zmqchat.protocol import codec
from zmqchat.protocol.events import Edited, Posted, Redacted
from zmqchat.storage import Reader, Store, open_reader, open_store
from zmqchat.storage import verify as module
from zmqchat.storage.backup import backup, restore
from zmqchat.storage.engines import backend_for
from zmqchat.storage.verify import Finding, Report, verify


@cache
def original() -> bytes:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "zmqchat.db"
        with closing(open_store(path)) as store:
            founded(store, room(), room(2, "other"))
            talk(store, room())
            talk(store, room(2, "other"))
        return path.read_bytes()


def after(sql: str) -> list[Finding]:
    with copy_of(original()) as path:
        with closing(sqlite3.connect(path)) as shell, shell:
            assert shell.execute(sql).rowcount > 0
        return list(report_of(path).findings)


def test_a_whole_database() -> None:
    with copy_of(original()) as path:
        assert report_of(path) == Report(38, 2, ())
        assert not any(secret in path.read_bytes() for secret in SECRETS)


def test_a_wrong_count_is_told() -> None:
    assert after("UPDATE message_states SET replies = 7 WHERE room = 1 AND seq = 1") == [
        Finding("general", 1, "its replies is kept as 7, and the log makes it 1")
    ]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("DELETE FROM message_states WHERE room = 1 AND seq = 2", "root is kept as 0"),
        ("DELETE FROM message_states WHERE room = 1 AND seq = 6", "edited_seq is kept as 0"),
        ("DELETE FROM reactions WHERE room = 1 AND emoji = '🎉'", "reactions that are kept"),
        ("DELETE FROM edits WHERE room = 1 AND seq = 4", "which message it edits"),
        ("DELETE FROM edits WHERE room = 1 AND seq = 7", "nothing in the log erased it"),
        ("UPDATE edits SET target = 1 WHERE room = 1 AND seq = 7", "nothing in the log erased it"),
        ("INSERT INTO edits VALUES (1, 1, 8)", "which message it edits"),
        ("INSERT INTO mentions VALUES (1, 1, 6, 1)", "there is no such message"),
        ("INSERT INTO mentions VALUES (1, 1, 8, 1)", "there is no such message"),
        ("INSERT INTO mentions VALUES (1, 1, 99, 1)", "there is no such message"),
        ("UPDATE mentions SET author = 2 WHERE room = 1 AND seq = 1", "there is no such message"),
    ],
)
def test_what_was_changed_by_hand(change: str, what: str) -> None:
    found = after(change)
    assert {each.room for each in found} == {"general"}
    assert any(what in each.what for each in found)


def test_an_erasure_that_was_undone() -> None:
    """Somebody puts the old content back, which the chain alone would not object to."""
    with TemporaryDirectory() as directory:
        path = Path(directory) / "zmqchat.db"
        with closing(open_store(path)) as store:
            founded(store, room())
            talk(store, room())
        with closing(sqlite3.connect(path)) as shell, shell:
            shell.execute("UPDATE contents SET salt = zeroblob(16), body = X'81' WHERE seq = 7")
        assert Finding("general", 7, "its content is not what was written") in (
            report_of(path).findings
        )


def test_content_that_outlived_its_redaction() -> None:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "zmqchat.db"
        with closing(open_store(path)) as store:
            founded(store, room())
            with closing(sqlite3.connect(path)) as shell, shell:
                shell.execute(
                    "CREATE TRIGGER keep BEFORE UPDATE ON contents WHEN OLD.seq = 7 "
                    "BEGIN SELECT RAISE(IGNORE); END"
                )
            talk(store, room())
        assert report_of(path).findings == (
            Finding("general", 7, "it was erased, and its content is still there"),
        )


def test_backups_and_restores_carry_it(tmp_path: Path) -> None:
    source = tmp_path / "zmqchat.db"
    source.write_bytes(original())
    backup(source, tmp_path / "copy.db")
    restore(tmp_path / "copy.db", tmp_path / "restored.db", 0, b"2" * 16)
    pages = []
    for path in (source, tmp_path / "copy.db", tmp_path / "restored.db"):
        assert report_of(path) == Report(38, 2, ())
        with closing(open_reader(path)) as reader:
            pages.append(reader.messages_before(1, None, 50, 1_000_000))
    assert pages[0] == pages[1] == pages[2]


class _Meanwhile(Reader):
    """A reader between whose reads a server goes on to write."""

    def __init__(self, database: Path, steps: Iterator[object]) -> None:
        super().__init__(backend_for(str(database)).readers())
        self._steps = steps

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        with super().reading() as connection:
            yield connection
        next(self._steps, None)


def test_beside_a_server_that_edits_and_erases(
    store: Store, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PAGE", 3)
    founded(store, room())
    at = talk(store, room())

    def goes_on(at: Room) -> Iterator[None]:
        edited = MessageState(1, 18, pinned_seq=19)
        while True:
            edited = replace(edited, edited_seq=at.seq + 1, edited_us=1_000_000 + at.seq)
            edit = Edit(1, 18, at.seq + 1)
            at = said(store, at, Edited(18, "again"), edited, edit)
            yield
            gone = MessageState(1, at.seq + 1, erased_us=1_000_001 + at.seq)
            at = filled(store, at, codec.encode(Posted("not for long")))
            yield
            at = said(store, at, Redacted(at.seq), gone, Erasure(1, at.seq))
            yield

    with closing(_Meanwhile(database, goes_on(at))) as reader:
        reports = [verify(reader) for _ in range(4)]
    assert [report.findings for report in reports] == [()] * 4
    assert reports[-1].events > reports[0].events


kept = st.sampled_from(
    [
        *[("message_states", column) for column in ("room", "seq", "root", "replies")],
        *[("message_states", column) for column in ("replied_us", "edited_seq", "edited_us")],
        *[("message_states", column) for column in ("pinned_seq", "erased_us")],
        *[("reactions", column) for column in ("room", "target", "user", "emoji", "seq")],
        *[("edits", column) for column in ("room", "target", "seq")],
        ("mentions", "author"),
    ]
)


@given(
    where=kept, value=st.one_of(st.integers(-1, 25), st.text(max_size=3)), pick=st.integers(0, 99)
)
def test_any_changed_column_of_any_row_is_found(
    where: tuple[str, str], value: int | str, pick: int
) -> None:
    table, column = where
    with copy_of(original()) as path:
        with closing(sqlite3.connect(path)) as shell:
            rows = shell.execute(f"SELECT * FROM {table}").fetchall()
            names = [each[1] for each in shell.execute(f"PRAGMA table_info({table})")]
            match = " AND ".join(f'"{name}" IS ?' for name in names)
            sql = f'UPDATE {table} SET "{column}" = ? WHERE {match}'
            try:
                with shell:
                    shell.execute(sql, [value, *rows[pick % len(rows)]])
            except sqlite3.Error:
                return  # the tables themselves refuse it
            if sorted(shell.execute(f"SELECT * FROM {table}"), key=repr) == sorted(rows, key=repr):
                return
        assert report_of(path).findings
