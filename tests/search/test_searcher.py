"""The search process, as the server holds it: asked, nudged, killed, and given broken files."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.storage.talk import said
from tests.storage.values import filled, founded, room
from tests.support.waiting import eventually
from zmqchat.domain.projection import Erasure, MessageState
from zmqchat.errors import Code, Refused
from zmqchat.protocol import codec
from zmqchat.protocol.events import Posted, Redacted
from zmqchat.search.index import Document, Index, Position
from zmqchat.search.lookup import Wanted
from zmqchat.search.query import Query, parse
from zmqchat.search.searcher import Searcher
from zmqchat.storage import Store


@pytest.fixture
def searcher(store: Store, database: Path, place: Path) -> Iterator[Searcher]:
    founded(store, room())
    made = Searcher(str(database), place, "text")
    yield made
    made.stop()


def look(searcher: Searcher, typed: str, rooms: Iterable[int] = (1,)) -> list[int]:
    """What the first search finds that is not put off: a busy machine is slow to keep up."""
    found: list[list[int]] = []

    def answered() -> bool:
        answer = answers(searcher, typed, rooms)
        found.extend([] if answer is None else [answer])
        return answer is not None

    eventually(answered)
    return found[0]


def answers(searcher: Searcher, typed: str, rooms: Iterable[int] = (1,)) -> list[int] | None:
    """What is found, or None where it cannot be said for now."""
    try:
        hits = searcher.search(Wanted(parse(typed), tuple(rooms)))
    except Refused as refused:
        if refused.code != Code.BUSY or not refused.retryable:
            raise
        return None
    return [hit.seq for hit in hits.found]


def child_of(parent: int, index: Path) -> int | None:
    """The process that keeps the index at `index`."""
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            words = (entry / "cmdline").read_bytes().split(b"\0")
            stat = (entry / "stat").read_text().rpartition(")")[2].split()
            if str(index).encode() in words and int(stat[1]) == parent and stat[0] != "Z":
                return int(entry.name)
    return None


def child(index: Path) -> int:
    found = child_of(os.getpid(), index)
    assert found is not None
    return found


def on_disk(directory: Path) -> bytes:
    parts = []
    for path in directory.iterdir():
        with suppress(FileNotFoundError):  # SQLite's files beside a database come and go
            parts.append(path.read_bytes())
    return b"".join(parts)


def test_what_was_committed_just_before_is_found(store: Store, searcher: Searcher) -> None:
    searcher.start()
    at = room()
    for number in range(20):
        at = filled(store, at, codec.encode(Posted(f"number{number}")))
        assert look(searcher, f"number{number}")[0] == number + 1
    assert look(searcher, "nothing like it") == []


def test_a_killed_process_is_started_again(store: Store, searcher: Searcher, place: Path) -> None:
    filled(store, room(), codec.encode(Posted("still here")))
    assert look(searcher, "still") == [1]
    before = child(place)
    os.kill(before, signal.SIGKILL)
    eventually(lambda: answers(searcher, "still") == [1])
    assert child(place) != before


@pytest.mark.parametrize("spoil", [b"this is no database at all" * 400, b""])
def test_a_broken_index_is_built_again(
    store: Store, searcher: Searcher, place: Path, spoil: bytes
) -> None:
    filled(store, room(), codec.encode(Posted("still here")))
    place.write_bytes(spoil)
    eventually(lambda: answers(searcher, "still") == [1])


def test_an_index_that_breaks_while_it_is_used_is_built_again(
    store: Store, searcher: Searcher, place: Path
) -> None:
    filled(store, room(), *[codec.encode(Posted(f"still here {n}")) for n in range(300)])
    assert len(look(searcher, "still")) == 20
    searcher.stop()
    data = bytearray(place.read_bytes())
    data[8192:] = b"\xa5" * (len(data) - 8192)
    place.write_bytes(data)
    again = Searcher(*_arguments(searcher))
    try:
        eventually(lambda: len(answers(again, "still") or []) == 20)
    finally:
        again.stop()


def _arguments(searcher: Searcher) -> tuple[str, Path, str]:
    *_, database, index, log_format = searcher._words
    return database, Path(index), log_format


def test_the_index_of_another_database_is_built_again(
    store: Store, searcher: Searcher, place: Path
) -> None:
    other = Index(place)
    other.add(Document(7, 1, 7, 1, 1, False, "words of others"))
    other.advance(Position(7, 1, 7, b"c" * 32))
    other.close()
    filled(store, room(), codec.encode(Posted("words of ours")))
    eventually(lambda: answers(searcher, "words") == [1])


def test_a_nudge_has_what_was_erased_taken_off_the_disk(
    store: Store, searcher: Searcher, database: Path
) -> None:
    at = filled(store, room(), codec.encode(Posted("xylophonic secret")))
    assert look(searcher, "xylophonic") == [1]
    assert b"xylophonic" in on_disk(database.parent)
    said(store, at, Redacted(1), MessageState(1, 1, erased_us=9), Erasure(1, 1))
    searcher.nudge(at_once=True)
    searcher.settle()
    eventually(lambda: not any(p in on_disk(database.parent) for p in (b"xylophonic", b"xyl")))
    assert look(searcher, "xylophonic") == []


def test_a_nudge_during_a_search_is_made_up_for(store: Store, searcher: Searcher) -> None:
    searcher.start()
    with searcher._lock:
        searcher.nudge(at_once=True)
        assert searcher._owed
    searcher.settle()
    assert not searcher._owed


def test_a_process_that_hangs_does_not_hold_up_nudges_nor_the_end(
    store: Store, searcher: Searcher, place: Path
) -> None:
    look(searcher, "anything")
    os.kill(child(place), signal.SIGSTOP)
    ended: list[Refused] = []

    def ask() -> None:
        try:
            searcher.search(Wanted(parse("anything"), (1,)))
        except Refused as refused:
            ended.append(refused)

    asking = threading.Thread(target=ask)
    asking.start()
    eventually(searcher._lock.locked)
    for _ in range(3):
        searcher.nudge(at_once=True)
    searcher.stop()
    asking.join(20)
    assert [refused.code for refused in ended] == [Code.BUSY]
    with pytest.raises(Refused):
        searcher.search(Wanted(parse("anything"), (1,)))


def test_an_end_while_a_process_is_started_is_an_end(
    searcher: Searcher, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = subprocess.Popen

    def starts(*words: Any, **options: Any) -> subprocess.Popen[bytes]:
        process = real(*words, **options)
        if words[0] == searcher._words:
            searcher._stopped = True  # as `stop` does, which then waits for the search to end
        return process

    monkeypatch.setattr(subprocess, "Popen", starts)
    with pytest.raises(Refused) as refused:
        searcher.search(Wanted(parse("anything"), (1,)))
    assert refused.value.code == Code.BUSY
    assert child_of(os.getpid(), place) is None


def test_no_query_condemns_an_index(store: Store, searcher: Searcher, place: Path) -> None:
    filled(store, room(), codec.encode(Posted("foo here")))
    assert look(searcher, "foo") == [1]
    before = child(place), place.stat().st_ino
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            searcher.search(Wanted(Query(("fo\0o",)), (1,)))
        assert (refused.value.code, refused.value.retryable) == (Code.INTERNAL, False)
    assert look(searcher, "foo") == [1]
    assert (child(place), place.stat().st_ino) == before


def test_a_process_that_dies_whenever_it_is_asked_is_not_asked_for_ever(tmp_path: Path) -> None:
    searcher = Searcher(str(tmp_path / "nowhere" / "no.db"), tmp_path / "search.db", "text")
    with pytest.raises(Refused) as refused:
        searcher.search(Wanted(parse("foo"), (1,)))
    assert (refused.value.code, refused.value.retryable) == (Code.INTERNAL, False)
    searcher.stop()


def test_an_index_that_cannot_be_written_is_kept(
    store: Store, searcher: Searcher, place: Path
) -> None:
    at = filled(store, room(), codec.encode(Posted("foo here")))
    assert look(searcher, "foo") == [1]
    searcher.stop()
    number = place.stat().st_ino
    filled(store, at, codec.encode(Posted("foo there")))
    with closing(sqlite3.connect(place)) as database:
        database.execute("BEGIN IMMEDIATE")  # as whoever looks into the file with a tool does
        again = Searcher(*_arguments(searcher))
        with pytest.raises(Refused) as refused:
            again.search(Wanted(parse("foo"), (1,)))
        assert refused.value.code is Code.INTERNAL
        database.rollback()
    assert look(again, "foo") == [2, 1]
    again.stop()
    assert place.stat().st_ino == number


def test_the_process_ends_with_its_server(store: Store, searcher: Searcher, place: Path) -> None:
    look(searcher, "anything")
    number = child(place)
    searcher.stop()
    is_gone: Callable[[], bool] = lambda: not Path(f"/proc/{number}").exists()  # noqa: E731
    eventually(is_gone)


def test_a_search_over_more_rooms_than_a_pipe_holds(store: Store, searcher: Searcher) -> None:
    filled(store, room(), codec.encode(Posted("found here")))
    assert look(searcher, "found", range(1, 60_000)) == [1]
