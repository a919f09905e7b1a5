"""Each room's daily turn: once a day, spread, also over stops and clocks that are set back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.realms import NOW, batch, founded, peopled, room_of
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Ticket, TicketGone, TicketKind
from zmqchat.protocol.people import RealmRole
from zmqchat.server import rotation as module
from zmqchat.server.jobs import ForgetCodes, Rotate
from zmqchat.server.rotation import DAY_S, Rotation, is_due, second_of_day

_REALM = b"R" * 16
_START = NOW // 1_000_000


@given(
    st.integers(2, 2**63 - 1),
    st.lists(st.integers(1, DAY_S // 3), min_size=1, max_size=40),
    st.integers(0, DAY_S),
)
def test_a_day_in_any_steps_has_the_room_once(room: int, steps: list[int], offset: int) -> None:
    now, end = _START + offset, _START + offset + DAY_S
    held = replace(founded().rooms[GENERAL_ID], id=room, epoch_us=now * 1_000_000)
    turns = 0
    for step in [*steps, DAY_S]:
        now = min(now + step, end)
        if is_due(_REALM, held, now):
            turns += 1
            held = replace(held, epoch_us=now * 1_000_000)
    # Whether a turn that falls on the very first second was the last day's, nobody can tell.
    assert turns == 1 or (turns == 0 and (end - second_of_day(_REALM, room)) % DAY_S == 0)


def test_turns_are_spread_over_the_day() -> None:
    hours = {second_of_day(_REALM, room) // 3600 for room in range(1, 200)}
    assert len(hours) == 24


def test_a_turn_that_came_while_no_server_ran_is_not_missed() -> None:
    room = founded().rooms[GENERAL_ID]
    turn_s = _START - _START % DAY_S + second_of_day(_REALM, room.id)
    before = replace(room, epoch_us=(turn_s - 1) * 1_000_000)
    assert [is_due(_REALM, before, turn_s + later) for later in (-1, 0, 5, 9 * DAY_S)] == [
        False,
        True,
        True,
        True,
    ]
    after = replace(room, epoch_us=turn_s * 1_000_000)
    assert not is_due(_REALM, after, turn_s + DAY_S - 1)


def test_an_epoch_from_the_future_is_ended() -> None:
    room = replace(founded().rooms[GENERAL_ID], epoch_us=(_START + 400 * DAY_S) * 1_000_000)
    assert is_due(_REALM, room, _START)


def test_a_check_asks_for_each_room_whose_turn_came() -> None:
    state, (alice,) = peopled("alice")
    room = room_of(state, alice, "dev").id
    clock = [NOW]
    asked: list[Rotate | ForgetCodes] = []
    rotation = Rotation(state, asked.append, lambda: clock[0])
    for _ in range(DAY_S // 600):
        clock[0] += 600_000_000
        before = len(asked)
        rotation.check()
        rotation.check()  # nothing more so soon
        for job in asked[before:]:
            assert isinstance(job, Rotate)
            work = batch(state)
            work.rotate(job.room)
            state.apply(work.changes())
            state.apply([replace(state.rooms[job.room], epoch_us=clock[0])])
    assert {job.room for job in asked if isinstance(job, Rotate)} == {GENERAL_ID, room}
    assert len(asked) == 2
    # A server that is started again at the very moment of a turn has it all the same.
    clock[0] += DAY_S * 1_000_000
    again = Rotation(state, asked.append, lambda: clock[0])
    clock[0] += 61_000_000
    again.check()
    assert len(asked) == 4


def test_the_turns_of_many_rooms_do_not_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    state, (alice,) = peopled("alice")
    for number in range(4):
        room_of(state, alice, f"room-{number}")
    clock = [NOW]
    asked: list[Rotate | ForgetCodes] = []
    rotation = Rotation(state, asked.append, lambda: clock[0])
    for checks in (1, 2, 3):
        clock[0] += 3 * DAY_S * 1_000_000
        before = len(asked)
        rotation.check()
        for job in asked[before:]:
            assert isinstance(job, Rotate)
            state.apply([replace(state.rooms[job.room], epoch_us=clock[0] * checks // checks)])
        assert len(asked) - before == 2


def test_codes_of_long_ago_are_forgotten_once() -> None:
    state, _ = peopled("alice")
    role, kind = RealmRole.MEMBER, TicketKind.DEVICE
    state.apply([Ticket(1, b"1" * 32, kind, 1, role, "", 1, NOW, NOW + 600_000_000)])
    clock = [NOW]
    asked: list[Rotate | ForgetCodes] = []
    rotation = Rotation(state, asked.append, lambda: clock[0])
    for _ in range(3):
        clock[0] += DAY_S * 1_000_000
        state.apply([replace(each, epoch_us=clock[0]) for each in state.rooms.values()])
        rotation.check()
        if asked:
            state.apply([TicketGone(1, b"1" * 32)])
    assert asked == [ForgetCodes()]
