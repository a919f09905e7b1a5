"""The search process's loop: questions are answered between the steps of a purge."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.storage.talk import said
from tests.storage.values import filled, founded, room
from zmqchat.domain.projection import Erasure, MessageState
from zmqchat.protocol import codec
from zmqchat.protocol.events import Posted, Redacted
from zmqchat.search.__main__ import Process
from zmqchat.search.follower import Follower
from zmqchat.search.index import Index
from zmqchat.search.lookup import Hits, Wanted
from zmqchat.search.messages import Found, Look, packed, read_answer
from zmqchat.search.query import parse
from zmqchat.storage import Store

Ask = Callable[..., Hits]


class _Index(Index):
    """Notes each step of a purge, and each search."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.notes: list[str] = []

    def purge(self) -> bool:
        done = super().purge()
        self.notes.append("purged" if done else "step")
        return done

    def search(self, wanted: Wanted) -> Hits:
        self.notes.append("search")
        return super().search(wanted)


def test_questions_are_answered_between_the_steps_of_a_purge(
    store: Store, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zmqchat.search.index._PURGED_PAGES", 1)
    founded(store, room())
    at = filled(store, room(), *[codec.encode(Posted(f"plain {n}")) for n in range(600)])
    look = packed(Look(Wanted(parse("plain"), (1,), limit=1)))
    with closing(_Index(place)) as index:
        follower = Follower(store, index)
        assert follower.follow(lambda: False)
        said(store, at, Redacted(7), MessageState(1, 7, erased_us=9), Erasure(1, 7))
        answers = _answers(store, index, follower, look * 3)
        assert [hit.seq for answer in answers for hit in answer.hits.found] == [600] * 3
        assert index.notes[:5] == ["search", "step", "search", "step", "search"]


def _answers(store: Store, index: Index, follower: Follower, questions: bytes) -> list[Found]:
    """What the process says to these questions, until there are no more."""
    read, write = os.pipe()
    stdout = io.BytesIO()
    os.write(write, questions)
    os.close(write)
    with os.fdopen(read, "rb", buffering=0) as stdin:
        Process(store, index, follower, stdin, stdout).run()
    stdout.seek(0)
    answers = []
    while (answer := read_answer(stdout)) is not None:
        assert isinstance(answer, Found)
        answers.append(answer)
    return answers


@pytest.fixture
def behind(store: Store, place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """Asks a process whose index has 500 of 600 messages, and gets no further for an answer."""
    monkeypatch.setattr("zmqchat.search.__main__._PATIENCE_S", -1.0)
    founded(store, room())
    filled(store, room(), *[codec.encode(Posted(f"plain {n}")) for n in range(1, 601)])
    with closing(Index(place)) as index:
        follower = Follower(store, index)
        assert not follower.follow(lambda: True)
        monkeypatch.setattr(follower, "follow", lambda until: False)
        process = Process(store, index, follower, io.BytesIO(), io.BytesIO())

        def ask(typed: str, before: int = 0, limit: int = 100) -> Hits:
            read, write = os.pipe()
            with os.fdopen(read, "rb", buffering=0), os.fdopen(write, "wb", buffering=0) as stdout:
                process._stdout = stdout
                process._answer(Look(Wanted(parse(typed), (1,), before=before, limit=limit)))
                with os.fdopen(os.dup(read), "rb", buffering=0) as said:
                    answer = read_answer(said)
            assert isinstance(answer, Found)
            return answer.hits

        yield ask


def test_an_index_that_is_behind_answers_from_what_it_has_and_from_the_newest(behind: Ask) -> None:
    hits = behind("plain", limit=3)
    assert [hit.seq for hit in hits.found] == [600, 599, 598]
    assert hits.behind == 100
    assert [hit.seq for hit in behind('"plain 59"').found] == [*range(599, 589, -1), 59]


def test_its_pages_are_those_of_one_list(behind: Ask) -> None:
    seqs: list[int] = []
    before = 0
    while True:
        hits = behind("plain", before=before, limit=70)
        seqs += [hit.seq for hit in hits.found]
        before = hits.next
        if not before:
            break
    assert seqs == list(range(600, 0, -1))


def test_a_page_that_the_tail_fills_to_the_last_has_nothing_of_the_index(behind: Ask) -> None:
    hits = behind("plain", limit=100)
    assert [hit.seq for hit in hits.found] == list(range(600, 500, -1))
    assert [hit.seq for hit in behind("plain", hits.next, 2).found] == [500, 499]


def test_of_a_long_tail_the_newest_is_looked_through(
    behind: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zmqchat.search.tail._MOST", 40)
    hits = behind("plain", limit=50)
    assert [hit.seq for hit in hits.found] == [*range(600, 560, -1), *range(500, 490, -1)]
    assert hits.behind == 100


def test_filters_hold_in_the_tail_too(behind: Ask) -> None:
    assert [hit.seq for hit in behind("600").found] == [600]
    assert not behind("plain has:link").found
    assert not behind("plain before:1970-01-01").found
    assert not behind("plain after:2100-01-01").found


def test_on_a_disk_that_is_nearly_full_the_index_does_not_grow(
    store: Store, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zmqchat.search.__main__.is_tight", lambda free, size: True)
    founded(store, room())
    filled(store, room(), *[codec.encode(Posted(f"plain {n}")) for n in range(3)])
    look = packed(Look(Wanted(parse("plain"), (1,), limit=9)))
    with closing(Index(place)) as index:
        (answer,) = _answers(store, index, Follower(store, index), look)
        assert [hit.seq for hit in answer.hits.found] == [3, 2, 1]
        assert answer.hits.behind == 3
        assert index.position is None


def test_what_is_redacted_leaves_the_index_also_on_a_disk_that_is_nearly_full(
    store: Store, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    founded(store, room())
    at = filled(store, room(), *[codec.encode(Posted(f"plain {n}")) for n in range(3)])
    look = packed(Look(Wanted(parse("plain"), (1,), limit=9)))
    with closing(Index(place)) as index:
        follower = Follower(store, index)
        assert follower.follow(lambda: False)
        ends = index.position
        monkeypatch.setattr("zmqchat.search.__main__.is_tight", lambda free, size: True)
        said(store, at, Redacted(2), MessageState(1, 2, erased_us=9), Erasure(1, 2))
        _, second = _answers(store, index, follower, look * 2)
        assert [hit.seq for hit in second.hits.found] == [3, 1]
        assert index.position == ends
        monkeypatch.undo()
        assert follower.follow(lambda: False)
        assert [hit.seq for hit in index.search(Wanted(parse("plain"), (1,))).found] == [3, 1]
        while not index.purge():
            pass
