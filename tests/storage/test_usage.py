"""How much of the log is whose."""

from __future__ import annotations

from tests.storage.values import BOB, extended, founded, post, room
from zmqchat.storage import Store
from zmqchat.storage.usage import Usage, usage


def test_those_who_have_most_come_first(store: Store) -> None:
    founded(store, room())
    assert usage(store) == []
    events, at = extended(room(), post(b"hello"), post(b"again"))
    store.writer.commit(events, [at])
    long = post(b"x" * 1000)
    events, at = extended(at, long, sender=BOB)
    store.writer.commit(events, [at])
    assert usage(store) == [
        Usage("bob", 1, len(long)),
        Usage("alice", 2, len(post(b"hello")) + len(post(b"again"))),
    ]
