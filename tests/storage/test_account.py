"""Counts of what is behind a marker, all of one moment."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from tests.storage import values
from tests.storage.talk import said
from tests.storage.values import extended, filled, founded, room
from zmqchat.domain.projection import Mentions
from zmqchat.domain.state import Ignored, Reading, User
from zmqchat.protocol.events import Posted
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.rooms import Level
from zmqchat.protocol.who import EVERYBODY
from zmqchat.storage import Store, account
from zmqchat.storage.account import Counts

ALICE, BOB, CAROL = 1, 2, 3
PEOPLE = (values.ALICE, values.BOB, User(3, "carol", "carol", RealmRole.MEMBER, b"hc", 9))


@pytest.fixture
def talked(store: Store) -> Store:
    """Alice, bob and carol in a room: six messages, of which five mention somebody."""
    founded(store, room(), room(2, "other"))
    store.writer.commit([], [PEOPLE[2]])
    at = room()
    for author, mentioned in (
        (ALICE, (BOB,)),
        (ALICE, (BOB, CAROL, EVERYBODY)),
        (CAROL, (BOB, ALICE)),
        (CAROL, ()),
        (BOB, (EVERYBODY,)),
        (ALICE, (EVERYBODY,)),
    ):
        row = Mentions(1, at.seq + 1, mentioned)
        at = said(store, at, Posted("…"), row, sender=PEOPLE[author - 1])
    return store


def mentions(store: Store, user: int) -> int:
    (counts,) = store.counts(user, [1])
    return counts.mentions


def test_without_a_marker_everything_counts(talked: Store) -> None:
    """A message counts once, however often it mentions; one's own do not count."""
    assert talked.counts(BOB, [1, 2, 99]) == [
        Counts(1, 6, 6, None, 4),
        Counts(2, 0, 0, None, 0),
    ]
    assert mentions(talked, ALICE) == 2
    assert mentions(talked, CAROL) == 3


def test_only_what_is_behind_the_marker_counts(talked: Store) -> None:
    for seq, left in ((0, 4), (1, 3), (2, 2), (3, 1), (5, 1), (6, 0)):
        reading = Reading(1, BOB, seq, seq, Level.MENTIONS, muted=True, version=seq)
        talked.writer.commit([], [reading])
        assert talked.counts(BOB, [1]) == [Counts(1, 6, 6, reading, left)]
    assert mentions(talked, CAROL) == 3  # whose marker it is not


def test_mentions_by_ignored_people_do_not_count(talked: Store) -> None:
    talked.writer.commit([], [Ignored(BOB, ALICE, on=True, version=1)])
    assert mentions(talked, BOB) == 1
    assert mentions(talked, CAROL) == 3
    talked.writer.commit([], [Ignored(BOB, ALICE, on=False, version=2)])
    assert mentions(talked, BOB) == 4


def test_messages_by_ignored_people_are_counted_apart(
    talked: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hidden() -> list[int]:
        return [counts.hidden for counts in talked.counts(BOB, [1, 2], ignoring=True)]

    assert hidden() == [0, 0]
    talked.writer.commit([], [Ignored(BOB, ALICE, on=True, version=1)])
    assert hidden() == [3, 0]
    assert talked.counts(BOB, [1])[0].hidden == 0
    reading = Reading(1, BOB, 1, 1, Level.ALL, muted=False, version=2)
    talked.writer.commit([], [reading])
    assert hidden() == [2, 0]
    talked.writer.commit([], [Ignored(BOB, ALICE, on=False, version=3)])
    assert hidden() == [0, 0]


def test_where_much_is_unread_nobody_looks_for_ignored_people(store: Store) -> None:
    founded(store, room())
    store.writer.commit([], [Ignored(BOB, ALICE, on=True, version=1)])
    many = filled(store, room(), *[b"x"] * (account._LOOKED_THROUGH + 1))
    assert store.counts(BOB, [1], ignoring=True)[0].hidden == 0
    reading = Reading(1, BOB, 1, 1, Level.ALL, muted=False, version=2)
    store.writer.commit([], [reading])
    assert many.seq - 1 == store.counts(BOB, [1], ignoring=True)[0].hidden


def test_a_message_that_no_longer_mentions(talked: Store) -> None:
    talked.writer.commit([], [], [Mentions(1, 3, ())])
    assert mentions(talked, BOB) == 3
    assert mentions(talked, ALICE) == 1


def test_no_rooms(talked: Store) -> None:
    assert talked.counts(BOB, []) == []


@pytest.mark.parametrize("statement", [account._counts, account._counts_without])
def test_counting_seeks(talked: Store, statement: sa.Select[Any]) -> None:
    query = str(
        statement.params(rooms=[1, 2], user=1).compile(
            dialect=talked.writer._engine.dialect, compile_kwargs={"render_postcompile": True}
        )
    )
    with talked.reading() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN " + query, (1,) * query.count("?")
        ).all()
    assert not [step[3] for step in plan if step[3].startswith("SCAN")]


def test_posted_at(store: Store) -> None:
    founded(store, room())
    at = filled(store, room(), b"one", b"two")
    reacted, at = extended(at, b"", kind="reacted")
    store.writer.commit(reacted, [at])
    filled(store, at, b"three")
    assert [store.posted_at(1, seq) for seq in range(6)] == [0, 1, 2, 2, 3, 0]
    assert store.posted_at(2, 1) == 0
