"""What many ask for is read once, and never what was taken out of the log since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.storage.test_erasure import erase
from tests.storage.values import filled, founded, post, room
from zmqchat.server.recent import Asked, Recent
from zmqchat.storage import Store, open_store
from zmqchat.storage.values import Followed, Stretch

_MUCH = 1_000_000


class Counted:
    """A store, and what was asked of it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.asked: list[list[Stretch]] = []

    def follow(self, stretches: Sequence[Stretch], max_bytes: int) -> list[Followed]:
        self.asked.append(list(stretches))
        return self.store.follow(stretches, max_bytes)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Counted]:
    store = open_store(tmp_path / "zmqchat.db")
    founded(store, room(), room(2, "other"))
    yield Counted(store)
    store.close()


def _seqs(found: list[Followed]) -> list[list[int]]:
    return [[event.seq for event in each.events] for each in found]


def test_what_many_ask_for_is_read_once(log: Counted) -> None:
    one = filled(log.store, room(), *[b"x"] * 5)
    other = filled(log.store, room(2, "other"), *[b"y"] * 5)
    recent = Recent(log)
    first: list[Asked] = [(Stretch(1, 2, 5), one.chain), (Stretch(2, 0, 5), other.chain)]
    found = recent.follow(first, _MUCH)
    assert _seqs(found) == [[3, 4, 5], [1, 2, 3, 4, 5]]
    assert recent.follow(first, _MUCH) == found
    assert recent.follow([*first[1:], (Stretch(1, 3, 5), one.chain)], _MUCH)[0] == found[1]
    assert log.asked == [[stretch for stretch, _ in first], [Stretch(1, 3, 5)]]


def test_what_is_committed_to_a_room_is_read_and_what_was_erased_is_gone(log: Counted) -> None:
    at = filled(log.store, room(), *map(post, (b"one", b"secret", b"three")))
    recent = Recent(log)
    stretch = Stretch(1, 0, 3)
    (found,) = recent.follow([(stretch, at.chain)], _MUCH)
    assert b"secret" in found.events[1].body
    erase(log.store, 2)
    later = filled(log.store, at, post(b"four"))  # as every redaction is an event, too
    (found,) = recent.follow([(stretch, later.chain)], _MUCH)
    assert found.events[1].erased
    assert len(log.asked) == 2


@pytest.mark.parametrize("most", [5, 10, 25, 30, 35, 50, 60])
def test_it_ends_where_the_log_would_whatever_is_at_hand(log: Counted, most: int) -> None:
    one = filled(log.store, room(), *[b"x" * 10] * 5)
    other = filled(log.store, room(2, "other"), b"y" * 10)
    asked: list[Asked] = [
        (Stretch(1, 2, 4), one.chain),
        (Stretch(2, 0, 1), other.chain),
        (Stretch(1, 0, 5), one.chain),
    ]
    recent = Recent(log)
    fresh = recent.follow(asked, most)
    assert fresh == log.store.follow([stretch for stretch, _ in asked], most)[: len(fresh)]
    assert fresh[0].events
    recent.follow(asked[2:], _MUCH)
    recent.follow(asked[:2], _MUCH)
    again = recent.follow(asked, most)
    assert again[0].events
    sizes = [sum(len(event.body) for event in each.events) for each in again]
    assert sum(sizes) <= most or len(again) == 1
    assert [each.chain for each in again] == [each.chain for each in fresh][: len(again)]


def test_what_it_keeps_is_bounded_and_a_part_of_a_stretch_is_not_kept(log: Counted) -> None:
    at = filled(log.store, room(), *[b"x" * 1_000] * 20)
    recent = Recent(log, most=10_000)
    for after in range(20):
        recent.follow([(Stretch(1, after, after + 1), at.chain)], _MUCH)
    log.asked.clear()
    for after in range(19, 15, -1):
        recent.follow([(Stretch(1, after, after + 1), at.chain)], _MUCH)
    assert log.asked == []
    recent.follow([(Stretch(1, 0, 1), at.chain)], _MUCH)
    assert len(log.asked) == 1
    part = recent.follow([(Stretch(1, 10, 20), at.chain)], 3_500)
    assert _seqs(part) == [[11, 12, 13]]
    whole = recent.follow([(Stretch(1, 10, 20), at.chain)], _MUCH)
    assert _seqs(whole) == [list(range(11, 21))]
