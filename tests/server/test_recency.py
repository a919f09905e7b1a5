"""Cursors: what changed since, against a plain list of changes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zmqchat.server.recency import Recency

_CHANGES = st.lists(st.tuples(st.sampled_from(["room", "user"]), st.integers(1, 5)), max_size=40)


@given(_CHANGES, st.integers(0, 40))
def test_a_cursor_gives_what_changed_after_it(changes: list[tuple[str, int]], at: int) -> None:
    recency, cursors = Recency(b"boot-id."), []
    for kind, number in changes:
        cursors.append(recency.cursor)
        change = recency.room_changed if kind == "room" else recency.rooms_of_user_changed
        change(number)
    cursors.append(recency.cursor)
    since = min(at, len(changes))
    tick = recency.tick_of(cursors[since])
    assert tick is not None
    later = changes[since:]
    rooms = list(recency.rooms_since(tick))
    assert len(rooms) == len(set(rooms))
    assert set(rooms) == {number for kind, number in later if kind == "room"}
    for user in range(1, 6):
        assert recency.user_since(user, tick) is (("user", user) in later)


def test_rooms_come_latest_first() -> None:
    recency = Recency(b"boot-id.")
    for room in (1, 2, 3, 1):
        recency.room_changed(room)
    assert list(recency.rooms_since(0)) == [1, 3, 2]


def test_a_cursor_of_another_run_or_of_nothing_is_not_one() -> None:
    recency = Recency(b"boot-id.")
    assert recency.tick_of(recency.cursor) == 0
    foreign = Recency(b"boot-2..").cursor
    for cursor in (b"", b"boot-id.", foreign, recency.cursor + b"x", b"\xff" * 100_000):
        assert recency.tick_of(cursor) is None
