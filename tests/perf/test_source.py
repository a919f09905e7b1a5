"""Open loops send by the clock, whatever the system does; saturation sends what it is let."""

from __future__ import annotations

from perf.plan import ClientPlan, Stream
from perf.source import Source

_MS = 1_000_000
_BYTES = 1_000_000


def test_an_open_loop_counts_from_when_a_message_was_due() -> None:
    source = Source(ClientPlan(0, (Stream(1, 5, 50, 50, rate=100),)), 1)
    source.start(0)
    assert [m.intended_ns for m in source.take(0, 10, _BYTES)] == [0]
    assert source.next_due_ns() == 10 * _MS
    late = source.take(35 * _MS, 10, _BYTES)
    assert [m.intended_ns for m in late] == [10 * _MS, 20 * _MS, 30 * _MS]
    assert not source.finished


def test_saturation_takes_what_fits_and_then_ends() -> None:
    source = Source(ClientPlan(0, (Stream(1, 5, 50, 50),)), 1)
    source.start(0)
    assert [m.index for m in source.take(7, 2, _BYTES)] == [0, 1]
    assert [m.index for m in source.take(8, 10, 60)] == [2, 3], "about so many bytes"
    assert [m.index for m in source.take(9, 10, _BYTES)] == [4]
    assert source.finished
    assert source.next_due_ns() is None


def test_clients_of_one_rate_are_spread_over_its_period() -> None:
    due = []
    for number in range(4):
        source = Source(ClientPlan(number, (Stream(1, 5, 50, 50, rate=10),)), 4)
        source.start(0)
        due.append(source.next_due_ns())
    assert due == [0, 25 * _MS, 50 * _MS, 75 * _MS]
