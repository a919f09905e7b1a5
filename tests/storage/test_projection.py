"""Values are written in the commit of their events, all or nothing; the last of a key counts."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.storage.values import ALICE, BOB, PHONE, REALM, extended, filled, founded, read_log, room
from zmqchat.domain.projection import (
    Edit,
    Erasure,
    Mentions,
    MessageState,
    Picture,
    Reaction,
)
from zmqchat.domain.state import FormerName, Ignored, Reading, Ticket, TicketGone, TicketKind
from zmqchat.errors import ChatError
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.rooms import Level
from zmqchat.protocol.who import EVERYBODY
from zmqchat.storage import Store


def rows(database: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as other:
        return sorted(other.execute(f"SELECT * FROM {table}"))


def test_every_field_of_every_value_returns(store: Store) -> None:
    founded(store, room(), room(2, "other"))
    realm = replace(REALM, next_ticket=9)
    bob = replace(
        BOB, display="Bob B.", status="out", picture=b"d" * 16, password="$argon2id$", active=False
    )
    phone = replace(PHONE, removed_us=77)
    archived = replace(room(), archived=True)
    names = [FormerName("bobby", "Bobby", 2)]
    readings = [
        Reading(1, 1, 5, 4, Level.MENTIONS, muted=True, version=1),
        Reading(1, 2, 0, 0, Level.ALL, muted=False, version=3),
    ]
    ignored = [Ignored(1, 2, on=True, version=2), Ignored(2, 1, on=False, version=1)]
    invite = Ticket(1, b"h" * 32, TicketKind.INVITE, 0, RealmRole.GUEST, "for carol", 0, 1, 2)
    code = Ticket(2, b"i" * 32, TicketKind.DEVICE, 1, RealmRole.MEMBER, "", 1, 3, 4, 5, 1)
    store.writer.commit(
        [], [realm, bob, *names, phone, archived, *readings, *ignored, invite, code]
    )
    snapshot = store.load()
    assert snapshot is not None
    assert snapshot.realm == realm
    assert snapshot.users == [ALICE, bob]
    assert snapshot.devices == [phone]
    assert snapshot.rooms == [archived, room(2, "other")]
    assert snapshot.former_names == names
    assert snapshot.readings == readings
    assert snapshot.ignored == ignored
    assert snapshot.tickets == [invite, code]
    store.writer.commit([], [TicketGone(1, b"h" * 32)])
    snapshot = store.load()
    assert snapshot is not None
    assert snapshot.tickets == [code]


def test_a_marker_replaces_the_one_before(store: Store) -> None:
    founded(store, room())
    first = Reading(1, 1, 5, 4, Level.ALL, muted=False, version=1)
    then = Reading(1, 1, 6, 5, Level.NOTHING, muted=True, version=2)
    store.writer.commit([], [first])
    store.writer.commit([], [then])
    snapshot = store.load()
    assert snapshot is not None
    assert snapshot.readings == [then]


def test_the_last_of_a_key_counts(store: Store, database: Path) -> None:
    founded(store, room())
    events, after = extended(room(), b"one", b"two")
    store.writer.commit(
        events,
        [after],
        [
            MessageState(1, 1, replies=1),
            Reaction(1, 1, "👍", 1, 3, on=True),
            Reaction(1, 1, "🎉", 1, 4, on=True),
            Mentions(1, 2, (1, 2)),
            Picture(1, b"first"),
            MessageState(1, 1, replies=2),
            Reaction(1, 1, "👍", 1, 5, on=False),
            Mentions(1, 2, (2, 2, EVERYBODY)),
            Picture(1, b"second"),
            Edit(1, 1, 2),
            Edit(1, 1, 2),
        ],
    )
    assert rows(database, "message_states") == [(1, 1, 0, 2, 0, 0, 0, 0, 0)]
    assert rows(database, "reactions") == [(1, 1, 1, "🎉", 4)]
    assert rows(database, "mentions") == [(0, 1, 2, 1), (2, 1, 2, 1)]
    assert rows(database, "edits") == [(1, 1, 2)]
    assert store.picture(1) == b"second"


def test_reactions_come_and_go(store: Store, database: Path) -> None:
    founded(store, room())
    filled(store, room(), b"one")
    for on, kept in ((True, [(1, 1, 2, "👍", 9)]), (False, []), (False, [])):
        store.writer.commit([], [], [Reaction(1, 1, "👍", 2, 9, on)])
        assert rows(database, "reactions") == kept


def test_mentions_are_replaced_and_taken_away(store: Store, database: Path) -> None:
    founded(store, room())
    filled(store, room(), b"one", b"two")
    store.writer.commit([], [], [Mentions(1, 1, (2,)), Mentions(1, 2, (1, 2))])
    store.writer.commit([], [], [Mentions(1, 2, (EVERYBODY,))])
    assert rows(database, "mentions") == [(0, 1, 2, 1), (2, 1, 1, 1)]
    store.writer.commit([], [], [Mentions(1, 2, ()), Mentions(1, 1, ())])
    assert rows(database, "mentions") == []


def test_pictures(store: Store) -> None:
    founded(store)
    assert store.picture(1) == b""
    store.writer.commit([], [], [Picture(1, b"png"), Picture(2, b"jpeg")])
    store.writer.commit([], [], [Picture(2, b"")])
    assert (store.picture(1), store.picture(2), store.picture(3)) == (b"png", b"", b"")


def test_all_or_nothing(store: Store, database: Path) -> None:
    """Also when the events were written already, in the same transaction."""
    founded(store, room())
    events, after = extended(room(), b"one")
    with pytest.raises(ChatError):
        store.writer.commit(
            events, [after], [Erasure(1, 1), MessageState(1, 1), MessageState(1, 7)]
        )
    assert rows(database, "message_states") == rows(database, "events") == []
    store.writer.commit(events, [after], [MessageState(1, 1, root=0, replies=3)])
    assert [event.body for event in read_log(store, 1, 0, 9, 99)] == [b"one"]
    assert len(rows(database, "message_states")) == 1
