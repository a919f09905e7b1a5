"""Commits as large as the disk is slow."""

from __future__ import annotations

from zmqchat.server.portions import FEWEST, MOST, Portions

_EACH_S = 0.00001


def _portions(durable_s: float, sends: int = 100, times: int = 50) -> Portions:
    portions = Portions()
    for _ in range(times):
        portions.took(sends, sends * _EACH_S, durable_s)
    return portions


def test_a_commit_takes_as_many_as_are_written_in_the_time_in_which_they_are_made_durable() -> None:
    assert _portions(0.0).most == FEWEST
    assert 190 <= _portions(0.002).most <= 200
    assert _portions(1.0).most == MOST


def test_a_few_sends_tell_nothing() -> None:
    assert _portions(1.0, sends=1).most == Portions().most == FEWEST


def test_one_slow_commit_is_no_slow_disk() -> None:
    portions = _portions(0.001)
    portions.took(100, 100 * _EACH_S, 0.004)
    assert portions.most < 200
    for _ in range(50):
        portions.took(100, 100 * _EACH_S, 0.004)
    assert portions.most > 390
