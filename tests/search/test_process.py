"""The search process's loop: questions are answered between the steps of a purge."""

from __future__ import annotations

import io
import os
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
        answers = _answers(index, follower, look * 3)
        assert [hit.seq for answer in answers for hit in answer.hits.found] == [600] * 3
        assert index.notes[:5] == ["search", "step", "search", "step", "search"]


def _answers(index: Index, follower: Follower, questions: bytes) -> list[Found]:
    """What the process says to these questions, until there are no more."""
    read, write = os.pipe()
    stdout = io.BytesIO()
    os.write(write, questions)
    os.close(write)
    with os.fdopen(read, "rb", buffering=0) as stdin:
        Process(index, follower, stdin, stdout).run()
    stdout.seek(0)
    answers = []
    while (answer := read_answer(stdout)) is not None:
        assert isinstance(answer, Found)
        answers.append(answer)
    return answers
