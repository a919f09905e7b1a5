"""Following the log of a real store: what is searched is what stands there now."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.storage.talk import said, talk
from tests.storage.values import filled, founded, room
from zmqchat.domain.projection import Edit, Erasure, MessageState, Projected
from zmqchat.protocol import codec
from zmqchat.protocol.events import Body, Edited, Posted, Redacted
from zmqchat.protocol.rooms import LineageStart
from zmqchat.search.follower import Follower
from zmqchat.search.index import Index, Position
from zmqchat.search.lookup import Wanted
from zmqchat.search.query import parse
from zmqchat.storage import Store, open_store
from zmqchat.storage.backup import backup, restore


@pytest.fixture
def index(store: Store, place: Path) -> Iterator[Index]:
    opened = Index(place)
    yield opened
    opened.close()


def to_the_end() -> bool:
    return False


def follow(store: Store, index: Index) -> Follower:
    follower = Follower(store, index)
    assert follower.belongs()
    assert follower.follow(to_the_end)
    return follower


def found(index: Index, typed: str, *rooms: int) -> set[int]:
    hits = index.search(Wanted(parse(typed), rooms or (1, 2), limit=100))
    return {hit.seq for hit in hits.found}


def test_the_newest_text_is_found_and_no_other(store: Store, index: Index) -> None:
    founded(store, room())
    talk(store, room())
    follow(store, index)
    assert found(index, "answer") == {2}
    assert found(index, "better") == set()
    assert found(index, "secret") == set()
    assert found(index, "question") == {1}
    assert found(index, "something else") == {18}


def test_it_knows_how_far_it_is_behind(store: Store, index: Index) -> None:
    founded(store, room())
    follower = Follower(store, index)
    assert follower.behind() == 0
    filled(store, room(), b"one", b"two", b"three")
    assert follower.behind() == 3
    assert follower.follow(to_the_end)
    assert follower.behind() == 0


def test_it_goes_on_where_it_was_left(store: Store, index: Index) -> None:
    founded(store, room())
    at = filled(store, room(), codec.encode(Posted("first words")))
    follow(store, index)
    filled(store, at, codec.encode(Posted("second words")))
    follower = follow(store, index)
    assert found(index, "words") == {1, 2}
    assert index.position is not None
    assert index.position.number == follower.number == 2


def test_it_can_be_told_to_pause_and_goes_on(store: Store, index: Index) -> None:
    founded(store, room())
    texts = [codec.encode(Posted(f"word{number}")) for number in range(1200)]
    filled(store, room(), *texts)
    follower = Follower(store, index)
    assert not follower.follow(lambda: True)
    assert 0 < follower.number < 1200
    assert follower.follow(to_the_end)
    assert found(index, "word0") == {1}
    assert found(index, "word1199") == {1200}


def test_what_is_not_of_this_version_is_passed_over(store: Store, index: Index) -> None:
    founded(store, room())
    at = filled(store, room(), b"\xc1 no body", codec.encode({"text": "hi", "newer": 1}))
    filled(store, at, codec.encode(Posted("after it")))
    follow(store, index)
    assert found(index, "after") == {3}


def test_the_index_of_another_log_does_not_belong(store: Store, index: Index) -> None:
    founded(store, room())
    at = filled(store, room(), codec.encode(Posted("one")), codec.encode(Posted("two")))
    follow(store, index)
    for position in (
        Position(2, 1, 2, b"?" * 32),  # another log, or another lineage
        Position(3, 1, 3, at.chain),  # a log that went back
        Position(2, 2, 2, at.chain),
    ):
        index.advance(position)
        assert not Follower(store, index).belongs()


def test_after_a_restore_the_index_of_what_was_lost_does_not_belong(
    store: Store, index: Index, database: Path, tmp_path: Path
) -> None:
    founded(store, room())
    at = filled(store, room(), codec.encode(Posted("kept")))
    backup(database, tmp_path / "backup.db")
    filled(store, at, codec.encode(Posted("lost")))
    follow(store, index)
    store.close()
    restore(tmp_path / "backup.db", database, 5, b"2" * 16)
    again = open_store(database)
    try:
        assert not Follower(again, index).belongs()
        other = replace(at, lineages=(*at.lineages, LineageStart(at.seq, b"2" * 16)))
        filled(again, other, codec.encode(Posted("said instead")))
        assert not Follower(again, index).belongs()
    finally:
        again.close()


@pytest.mark.parametrize("seed", range(8))
def test_followed_in_any_steps_it_is_what_the_log_says(
    store: Store, index: Index, seed: int
) -> None:
    """Posts, edits and redactions in two rooms; followed after each, or much later."""
    choose = random.Random(seed)
    founded(store, room(1), room(2, "dev"))
    at = {1: room(1), 2: room(2, "dev")}
    texts: dict[tuple[int, int], str] = {}

    def say(where: int, body: Body, *projected: Projected) -> int:
        at[where] = said(store, at[where], body, *projected)
        return at[where].seq

    for number in range(60):
        where = choose.choice([1, 2])
        mine = [seq for place, seq in texts if place == where]
        text = f"word{choose.randrange(9)} n{number}"
        match choose.choice("ppper") if mine else "p":
            case "p":
                texts[where, say(where, Posted(text))] = text
            case "e":
                target = choose.choice(mine)
                state = MessageState(where, target, edited_seq=at[where].seq + 1, edited_us=1)
                say(where, Edited(target, text), state, Edit(where, target, at[where].seq + 1))
                texts[where, target] = text
            case "r":
                target = choose.choice(mine)
                erased = MessageState(where, target, erased_us=1)
                say(where, Redacted(target), erased, Erasure(where, target))
                del texts[where, target]
        if choose.random() < 0.3:
            follow(store, index)
    follow(store, index)
    for place in (1, 2):
        for number in range(9):
            expected = {
                s for (p, s), text in texts.items() if p == place and f"word{number}" in text
            }
            assert found(index, f"word{number}", place) == expected
