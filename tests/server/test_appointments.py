"""Appointments: one after the other, behind what waits, as fast as work was done."""

from __future__ import annotations

import pytest

from zmqchat.server.appointments import Appointments


def test_each_is_told_a_time_behind_the_one_before() -> None:
    appointments = Appointments(threads=2)
    speed = appointments.speed
    each = int(speed)  # a second's worth
    waits = [appointments.book(100.0, 2 * each, each) for _ in range(5)]
    assert waits == pytest.approx([2.0, 3.0, 4.0, 5.0, 6.0], rel=0.01)


def test_time_that_passes_is_not_waited_for_twice() -> None:
    appointments = Appointments(threads=2)
    each = int(appointments.speed)
    assert appointments.book(100.0, 0, 10 * each) == pytest.approx(0.1)
    assert appointments.book(104.0, 0, each) == pytest.approx(6.0, rel=0.01)
    assert appointments.book(200.0, 0, each) == pytest.approx(0.1)


def test_nobody_is_put_off_for_more_than_a_minute() -> None:
    appointments = Appointments(threads=2)
    each = int(appointments.speed)
    assert max(appointments.book(0.0, 10_000 * each, each) for _ in range(100)) == 60.0


def test_when_nothing_waits_everybody_may_come() -> None:
    appointments = Appointments(threads=2)
    appointments.book(0.0, 0, 30 * int(appointments.speed))
    appointments.free()
    assert appointments.book(0.0, 0, 1) == pytest.approx(0.1)


def test_the_speed_is_what_was_measured_lately() -> None:
    appointments = Appointments(threads=2)
    for _ in range(100):
        appointments.took(10_000, 1.0, 0.5)
    assert appointments.speed == pytest.approx(20_000, rel=0.05)
    for _ in range(100):
        appointments.took(10_000, 0.1, 0.05)
    assert appointments.speed == pytest.approx(200_000, rel=0.05)


def test_nobody_is_charged_for_having_waited() -> None:
    appointments = Appointments(threads=2)
    for _ in range(1_000):
        appointments.took(1_000, 0.1, 0.01)
    assert appointments.took(1_000, 5.0, 0.01) == pytest.approx(1_000, rel=0.05)
    assert appointments.took(1_000, 5.0, 0.1) == pytest.approx(10_000, rel=0.05)
