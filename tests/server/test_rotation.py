"""Each room's daily turn: once a day, spread, also over pauses and clocks that are set back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.realms import NOW, peopled, room_of
from zmqchat.server.jobs import Rotate
from zmqchat.server.rotation import DAY_S, Rotation, due, second_of_day

_REALM = b"R" * 16
_ROOMS = range(1, 200)
_START = NOW // 1_000_000


@given(st.lists(st.integers(1, DAY_S // 3), min_size=1, max_size=40), st.integers(0, DAY_S))
def test_a_day_in_any_steps_has_each_room_once(steps: list[int], offset: int) -> None:
    since, end = _START + offset, _START + offset + DAY_S
    turns: list[int] = []
    for step in [*steps, DAY_S]:
        now = min(since + step, end)
        turns += due(_REALM, _ROOMS, since, now)
        since = now
    assert sorted(turns) == list(_ROOMS)


def test_turns_are_spread_over_the_day() -> None:
    hours = {second_of_day(_REALM, room) // 3600 for room in _ROOMS}
    assert len(hours) == 24


def test_a_day_or_more_is_everybodys_turn_and_a_clock_set_back_nobodys() -> None:
    assert due(_REALM, _ROOMS, _START, _START + 3 * DAY_S) == list(_ROOMS)
    assert due(_REALM, _ROOMS, _START, _START - 5) == []
    assert due(_REALM, _ROOMS, _START, _START) == []


def test_a_check_asks_for_each_room_whose_turn_came() -> None:
    state, (alice,) = peopled("alice")
    room_of(state, alice, "dev")
    clock = [NOW]
    asked: list[Rotate] = []
    rotation = Rotation(state, asked.append, lambda: clock[0])
    for _ in range(DAY_S // 600):
        clock[0] += 600_000_000
        rotation.check()
        rotation.check()  # nothing more so soon
    assert sorted(job.room for job in asked) == [1, 2]
    clock[0] -= 10 * DAY_S * 1_000_000
    rotation.check()
    assert len(asked) == 2
