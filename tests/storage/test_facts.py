"""What decisions ask of the log, in a few statements for any number of keys."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

import pytest

from tests.storage.talk import talk
from tests.storage.values import filled, founded, room
from zmqchat.domain.projection import Facts, MessageState
from zmqchat.storage import Store, facts


@pytest.fixture
def talked(store: Store) -> Store:
    founded(store, room(), room(2, "other"))
    talk(store, room())
    return store


def facts_of(store: Store, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], Facts]:
    with store.writer.transaction() as transaction:
        return transaction.facts(keys)


def test_facts_of_messages_and_of_their_roots(talked: Store) -> None:
    root = MessageState(1, 1, replies=1, replied_us=1_000_002, pinned_seq=12)
    answer = MessageState(1, 2, root=1, edited_seq=5, edited_us=1_000_004)
    assert facts_of(talked, [(1, 2)]) == {
        (1, 2): Facts("posted", 1, answer, frozenset({(1, "👍"), (1, "🎉")}), pins=2),
        (1, 1): Facts("posted", 1, root, frozenset(), pins=2),
    }


def test_events_that_nothing_happened_to(talked: Store) -> None:
    assert facts_of(talked, [(1, 8)]) == {
        (1, 8): Facts("reacted", 1, MessageState(1, 8), frozenset(), pins=2)
    }


def test_what_the_log_does_not_have_is_left_out(talked: Store) -> None:
    assert facts_of(talked, []) == {}
    assert facts_of(talked, [(1, 20), (2, 1), (3, 1), (1, 2**63 - 1)]) == {}


def test_an_erased_message(talked: Store) -> None:
    found = facts_of(talked, {(1, 6), (1, 3)})
    assert {key: facts.state.erased_us for key, facts in found.items()} == {
        (1, 1): 0,
        (1, 3): 1_000_016,
        (1, 6): 1_000_015,
    }


def test_pins_are_those_of_the_room(talked: Store) -> None:
    filled(talked, room(2, "other"), b"one")
    found = facts_of(talked, [(1, 1), (2, 1)])
    assert (found[1, 1].pins, found[2, 1].pins) == (2, 0)


def test_more_keys_than_a_statement_takes(store: Store) -> None:
    founded(store, room())
    filled(store, room(), *[b""] * 10)
    found = facts_of(store, [(1, seq) for seq in range(1, 20_000)])
    assert list(found) == [(1, seq) for seq in range(1, 11)]


@pytest.mark.parametrize("sql", [facts._EVENTS, facts._REACTIONS, facts._PINS])
def test_lookups_seek(talked: Store, database: Path, sql: str) -> None:
    listed = sql.replace("…", "(?, ?), (?, ?)")
    with closing(sqlite3.connect(database)) as other:
        plan = other.execute("EXPLAIN QUERY PLAN " + listed, (1, 1, 1, 2)).fetchall()
    tables = [step[3] for step in plan if "wanted" not in step[3] and "CONSTANT" not in step[3]]
    assert any(step.startswith("SEARCH") for step in tables)
    if sql is facts._PINS:
        assert any("ix_message_states_pins (room=? AND pinned_seq>?)" in step for step in tables)
    assert not [step for step in tables if step.startswith("SCAN")]
