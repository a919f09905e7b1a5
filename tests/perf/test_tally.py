"""A client's account: what is lost, doubled or out of order is a problem, and nothing else is."""

from __future__ import annotations

import pytest

from perf import payload
from perf.systems.base import packed
from perf.tally import Tally

_ROOM = 7


def _message(index: int, sender: int = 1, room: int = _ROOM) -> bytes:
    return packed(room, payload.text(sender, index, 100, 200, 60).encode())


def test_everything_in_order_is_complete() -> None:
    tally = Tally(3, {_ROOM: 4}, 1)
    tally.note_packed([_message(0), _message(0, sender=2)], 300)
    assert tally.missing == 2
    tally.note_packed([_message(1), _message(1, sender=2)], 400)
    assert tally.complete
    assert tally.problems == []
    assert tally.delivered_bytes == 4 * 60
    assert [(d.sender, d.seq, d.received_ns) for d in tally.deliveries] == [
        (1, 1, 300),
        (2, 1, 300),
        (1, 2, 400),
        (2, 2, 400),
    ]


@pytest.mark.parametrize("indexes", [(0, 2), (1, 0), (0, 0)], ids=["lost", "swapped", "doubled"])
def test_anything_else_is_a_problem(indexes: tuple[int, ...]) -> None:
    tally = Tally(3, {_ROOM: 2}, 1)
    tally.note_packed([_message(index) for index in indexes], 300)
    assert tally.problems


def test_more_than_was_sent_is_a_problem() -> None:
    tally = Tally(3, {_ROOM: 1}, 1)
    tally.note_packed([_message(0), _message(1)], 300)
    assert tally.problems == ["client 3: 1 messages more than were sent"]


@pytest.mark.parametrize("runs", [(10,), (3, 7), (1, 1, 1, 7)])
def test_one_of_so_many_is_sampled_however_they_come(runs: tuple[int, ...]) -> None:
    tally = Tally(0, {}, 4)
    before, positions = 0, []
    for run in runs:
        positions += [before + position for position in tally.sampled(run)]
        before += run
    assert positions == [0, 4, 8]
