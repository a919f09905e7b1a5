"""Verification finds every change of a log, and no fault where there is none."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event as Flag
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import example, given
from hypothesis import strategies as st

from tests.storage.copies import copy_of, report_of
from tests.storage.values import extended, founded, post, room, spoken
from zmqchat.storage import Reader, Store, open_reader, open_store
from zmqchat.storage import verify as module
from zmqchat.storage.backup import restore
from zmqchat.storage.engines import backend_for
from zmqchat.storage.verify import Finding, Report, verify

EVENTS = 8


@cache
def original() -> bytes:
    """A database of two rooms and two lineages, as one file."""
    with TemporaryDirectory() as directory:
        first, second = Path(directory) / "first", Path(directory) / "second"
        with closing(open_store(first)) as store:
            founded(store, room(), room(2, "other"))
            spoken(store, room(), b"one", b"two", b"three")
            spoken(store, room(2, "other"), b"ein", b"zwei")
        restore(first, second, 0, b"2" * 16)
        with closing(open_store(second)) as store:
            snapshot = store.load()
            assert snapshot is not None
            spoken(store, snapshot.rooms[0], b"four", b"five", b"six")
        return second.read_bytes()


def run(path: Path, sql: str, *values: object) -> int:
    """Changes the file as somebody with an SQLite shell would; the number of rows changed."""
    with closing(sqlite3.connect(path)) as shell, shell:
        return shell.execute(sql, values).rowcount


def findings_after(sql: str, *values: object) -> list[tuple[str, int]]:
    with copy_of(original()) as path:
        assert run(path, sql, *values) > 0
        return [(finding.room, finding.seq) for finding in report_of(path).findings]


def test_a_whole_database() -> None:
    with copy_of(original()) as path:
        assert report_of(path) == Report(EVENTS, 2, ())


def test_an_empty_database(store: Store) -> None:
    assert verify(store) == Report(0, 0, ())


def test_a_conversation_is_named_by_its_id(store: Store, database: Path) -> None:
    founded(store, room(2**62 + 5, ""))
    spoken(store, room(2**62 + 5, ""), b"one")
    run(database, "UPDATE contents SET body = X'00'")
    assert [finding.room for finding in verify(store).findings] == [str(2**62 + 5)]


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM contents WHERE room = 1 AND seq = 2",
        "UPDATE contents SET salt = X'', body = X'' WHERE room = 1 AND seq = 2",
    ],
)
def test_content_that_nothing_in_the_log_erased(change: str) -> None:
    assert findings_after(change) == [("general", 2)]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE contents SET body = X'00' WHERE room = 1 AND seq = 2",
        "UPDATE contents SET body = 'text' WHERE room = 1 AND seq = 2",
        "UPDATE contents SET salt = X'' WHERE room = 1 AND seq = 2",
        "UPDATE events SET sender = 2 WHERE room = 1 AND seq = 2",
        "UPDATE events SET sender = 'mallory' WHERE room = 1 AND seq = 2",
        "UPDATE events SET name = 'mallory' WHERE room = 1 AND seq = 2",
        "UPDATE events SET device = 2 WHERE room = 1 AND seq = 2",
        "UPDATE events SET type = 'edited' WHERE room = 1 AND seq = 2",
        "UPDATE events SET time_us = time_us + 1 WHERE room = 1 AND seq = 2",
        "UPDATE events SET time_us = -5 WHERE room = 1 AND seq = 2",
        "UPDATE events SET ordinal = 7 WHERE room = 1 AND seq = 2",
        "UPDATE events SET name = CAST(X'FF' AS TEXT) WHERE room = 1 AND seq = 2",
    ],
)
def test_a_change_is_found_where_it_is(change: str) -> None:
    found = findings_after(change)
    assert found[0][0] == "general"
    assert found[0][1] in {0, 2}  # 0 where SQLite cannot even read the row


def test_a_missing_row() -> None:
    with copy_of(original()) as path:
        run(path, "DELETE FROM events WHERE room = 1 AND seq = 2")
        assert report_of(path).findings == (
            Finding("general", 2, "the log goes on with 3 instead"),
            Finding("general", 2, "there is content, and no such event"),
        )


def test_a_missing_tail() -> None:
    assert ("general", 5) in findings_after("DELETE FROM events WHERE room = 1 AND seq = 6")


def test_an_added_row() -> None:
    columns = "type, sender, name, device, time_us, id || X'01', digest, chain, ordinal"
    more = f"INSERT INTO events SELECT room, seq + 1, {columns} FROM events WHERE room = 1"
    assert ("general", 7) in findings_after(more + " AND seq = 6")


def test_swapped_rows() -> None:
    with copy_of(original()) as path:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            run(path, "UPDATE events SET seq = ? WHERE room = 1 AND seq = ?", new, old)
            run(path, "UPDATE contents SET seq = ? WHERE room = 1 AND seq = ?", new, old)
        assert {finding.seq for finding in report_of(path).findings} >= {2, 3}


def test_rows_of_a_room_that_does_not_exist() -> None:
    assert ("", 0) in findings_after("DELETE FROM rooms WHERE id = 2")


def test_no_realm() -> None:
    assert ("", 0) in findings_after("DELETE FROM realm")


def test_a_rewritten_log_is_found_by_the_lineage_of_the_realm() -> None:
    assert ("other", 0) in findings_after(
        "UPDATE room_lineages SET lineage = X'00' WHERE room = 2 AND after = 2"
    )


def test_very_many_findings_are_cut() -> None:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "a.db"
        with closing(open_store(path)) as store:
            founded(store, room())
            spoken(store, room(), *[b"x"] * 100)
        run(path, "UPDATE contents SET body = X'00'")
        findings = report_of(path).findings
    assert len(findings) == 21
    assert "more is wrong" in findings[-1].what


@pytest.mark.parametrize(
    "body",
    [
        b"\x82\xa4text\xa1a\xa4text\xa1b",  # a key twice
        b"\x82\xa8reply_to\x01\xa4text\xa1a",  # another order
        b"\x82\xa4text\xa1a\xa8reply_to\xcd\x00\x01",  # an integer in a longer form
        b"\x82\xa4text\xa1a\xa8reply_to\xc0",  # what leaving it out means
        b"\x81\xa4text\xd9\x01a",
        b"?",
    ],
)
def test_a_body_that_is_not_in_its_one_form(store: Store, body: bytes) -> None:
    """The digests and chains are right: a server that took it would have written them so."""
    founded(store, room())
    events, at = extended(room(), post(b"one"), body, post(b"three"))
    later, at = extended(at, b"whatever", kind="of a later version")
    store.writer.commit([*events, *later], [at])
    (finding,) = verify(store).findings
    assert (finding.room, finding.seq) == ("general", 2)
    assert "the body of 'posted' is not" in finding.what


proven = st.sampled_from(
    [
        *[("events", column) for column in ("room", "seq", "type", "sender", "name", "device")],
        *[("events", column) for column in ("time_us", "id")],
        *[("events", column) for column in ("digest", "chain", "ordinal")],
        *[("contents", column) for column in ("room", "seq", "salt", "body")],
        *[("rooms", column) for column in ("id", "seq", "chain", "posted")],
        *[("room_lineages", column) for column in ("room", "after", "lineage")],
        *[("realm", column) for column in ("id", "lineage")],
    ]
)
values = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.integers(-1, 9),
    st.text(max_size=9),
    st.binary(max_size=33),
)


@example(where=("contents", "room"), value=-(2**63), pick=0)
@example(where=("room_lineages", "after"), value=3, pick=3)
@given(where=proven, value=values, pick=st.integers(0, 99))
def test_any_changed_column_of_any_row_is_found(
    where: tuple[str, str], value: Any, pick: int
) -> None:
    table, column = where
    with copy_of(original()) as path:
        with closing(sqlite3.connect(path)) as shell:
            rows = shell.execute(f"SELECT * FROM {table}").fetchall()
            target = rows[pick % len(rows)]
            names = [each[1] for each in shell.execute(f"PRAGMA table_info({table})")]
            match = " AND ".join(f'"{name}" IS ?' for name in names)
            try:
                with shell:
                    sql = f'UPDATE {table} SET "{column}" = ? WHERE {match}'
                    shell.execute(sql, [value, *target])
            except sqlite3.Error:
                return  # the tables themselves refuse it
            if sorted(shell.execute(f"SELECT * FROM {table}"), key=repr) == sorted(rows, key=repr):
                return
        assert report_of(path).findings


def test_beside_a_server_that_writes(
    store: Store, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PAGE", 3)
    founded(store, room())
    at = spoken(store, room(), b"one")
    stop = Flag()

    def write() -> None:
        after = at
        while not stop.is_set():
            after = spoken(store, after, b"more", b"and more")

    writer = Thread(target=write)
    writer.start()
    try:
        with closing(open_reader(database)) as reader:
            reports = [verify(reader) for _ in range(10)]
    finally:
        stop.set()
        writer.join()
    assert [report.findings for report in reports] == [()] * 10
    counts = [report.events for report in reports]
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]


class _Late(Reader):
    """A reader whose first read is followed by a commit."""

    def __init__(self, database: Path, commit: Callable[[], object]) -> None:
        super().__init__(backend_for(str(database)).readers())
        self._commit: Callable[[], object] | None = commit

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        with super().reading() as connection:
            yield connection
        commit, self._commit = self._commit, None
        if commit is not None:
            commit()


def test_a_room_made_meanwhile_is_no_stray(store: Store, database: Path) -> None:
    founded(store, room())

    def make() -> None:
        store.writer.commit([], [room(2, "new")])
        spoken(store, room(2, "new"), b"one")

    with closing(_Late(database, make)) as reader:
        assert verify(reader) == Report(0, 1, ())
    assert verify(store) == Report(1, 2, ())
