"""Dialling: the waits between attempts grow, and whoever does not want to wait need not."""

from __future__ import annotations

import math

import pytest

from zmqchat.sync.context import MOST_TOLD_S, Context, Timer
from zmqchat.sync.effects import Dial, Effect, HangUp, SendRequest, State
from zmqchat.sync.session import Identity, Session


class Case:
    """A session whose jitter is none, and what it did."""

    def __init__(self) -> None:
        self.context = Context(lambda: 0.5)
        self.session = Session(self.context, Identity("alice"))
        self.now = 100.0
        self.session.start(self.now)
        self.taken()

    def taken(self) -> list[Effect]:
        return self.context.take()

    def wait(self) -> float | None:
        at = self.session.retry_at()
        return None if at is None else round(at - self.now, 3)

    def fail(self) -> None:
        """The attempt under way fails, and the next one begins when it is due."""
        self.session.lost(self.now)
        at = self.session.retry_at()
        assert at is not None
        self.now = at
        assert self.context.due(self.now) == [Timer.DIAL]
        self.session.dial(self.now)


@pytest.fixture
def case() -> Case:
    return Case()


def test_waits_double_up_to_a_bound(case: Case) -> None:
    waits = []
    for _ in range(9):
        case.session.lost(case.now)
        waits.append(case.wait())
        case.now = case.session.retry_at() or 0.0
        case.session.dial(case.now)
    assert waits == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0]


@pytest.mark.parametrize(
    ("told", "waits"),
    [(3.0, 3.0), (1e9, MOST_TOLD_S), (math.inf, MOST_TOLD_S), (math.nan, 0.1), (-1e9, 0.1)],
)
def test_a_server_puts_a_hello_off_for_a_minute_at_most(
    case: Case, told: float, waits: float
) -> None:
    case.session.lost(case.now, told)
    assert case.wait() == waits


def test_there_is_nothing_to_wait_for_while_an_attempt_is_under_way(case: Case) -> None:
    assert (case.wait(), case.session.state) == (None, State.CONNECTING)
    case.session.lost(case.now)
    assert (case.wait(), case.session.state) == (0.1, State.OFFLINE)


def test_dial_now_cuts_the_wait_short_and_forgets_what_went_wrong(case: Case) -> None:
    for _ in range(8):
        case.fail()
    case.session.lost(case.now)
    assert case.wait() == 5.0
    case.taken()
    case.session.dial_now(case.now)
    assert case.taken() == [Dial()]
    assert case.wait() is None
    assert case.context.wakeup() == case.now + 5.0  # the patience for this attempt
    case.session.lost(case.now)
    assert case.wait() == 0.1


def test_dial_now_dials_anew_while_an_attempt_gets_no_answer(case: Case) -> None:
    case.now += 3.0
    case.session.dial_now(case.now)
    assert case.taken() == [Dial()]
    assert case.context.wakeup() == case.now + 5.0


def test_dial_now_again_and_again_is_one_attempt(case: Case) -> None:
    case.session.lost(case.now)
    case.taken()
    for _ in range(50):
        case.session.dial_now(case.now)
        case.now += 0.01
    assert case.taken() == [Dial()]


def test_dial_now_leaves_a_connection_that_stands_alone(case: Case) -> None:
    case.session.connected(case.now, {})
    case.taken()
    case.session.dial_now(case.now)
    assert case.taken() == []


def test_dial_now_begins_nothing_that_was_stopped(case: Case) -> None:
    case.session.stop()
    case.session.dial_now(case.now)
    assert case.taken() == []
    assert case.session.state is State.OFFLINE


def test_what_is_lost_is_hung_up_once(case: Case) -> None:
    case.session.connected(case.now, {})
    case.taken()
    case.session.lost(case.now)
    case.session.lost(case.now)
    assert case.taken() == [HangUp()]


def test_a_connection_that_was_given_up_says_no_hello_when_it_stands_again(case: Case) -> None:
    case.session.lost(case.now)
    case.taken()
    case.session.connected(case.now, {})
    assert case.taken() == []
    assert case.wait() == 0.1  # the next attempt is as it was
    case.session.dial(case.now + 0.1)
    case.session.connected(case.now + 0.1, {})
    assert [type(effect) for effect in case.taken()] == [Dial, SendRequest]
