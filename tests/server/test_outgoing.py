"""Replies that wait: weighed against what was taken, by user and in all."""

from __future__ import annotations

import pytest

from zmqchat.server.outgoing import DEAF_S, MOST, MOST_OF_A_USER, TOO_MUCH_OF_A_USER, Outgoing

_MB = 1024 * 1024


class Case:
    """Connections that take what a test says; descriptor n is user n's, unless told otherwise."""

    def __init__(self) -> None:
        self.taken: dict[int, int | None] = {}
        self.outgoing = Outgoing(lambda connection: self.taken.get(connection, 0))
        self._now = 0.0

    def send(self, connection: int, size: int, user: int = 0) -> None:
        for _ in range(size // _MB):
            self.outgoing.sent(connection, user or connection, _MB)

    def take(self, connection: int, size: int) -> None:
        self.taken[connection] = (self.taken.get(connection) or 0) + size

    def look(self) -> int | None:
        self._now += 1
        return self.outgoing.look(self._now)


def test_who_takes_replies_is_never_behind() -> None:
    case = Case()
    for _ in range(100):
        case.send(1, 4 * _MB)
        case.take(1, 4 * _MB + 4 * 70)  # with what the wire adds
        assert case.look() is None
    assert not case.outgoing.is_behind(1)
    case.send(1, MOST_OF_A_USER + _MB)  # what was added before is no credit
    assert case.outgoing.is_behind(1)


def test_a_first_reply_that_was_taken_before_it_was_weighed_does_not_wait_for_ever() -> None:
    case = Case()
    for connection in range(1, 101):  # a hundred welcomes, each taken at once
        case.take(connection, _MB)
        case.send(connection, _MB)
    assert case.look() is None
    assert not any(map(case.outgoing.is_behind, range(1, 101)))


def test_what_waits_for_a_connection_waits_for_whoever_says_hello_on_it() -> None:
    case = Case()
    case.send(1, MOST_OF_A_USER + _MB, user=7)
    case.send(1, _MB, user=8)
    assert case.outgoing.is_behind(8)
    assert not case.outgoing.is_behind(7)


def test_a_user_is_behind_by_all_connections_together_until_they_are_taken_from() -> None:
    case = Case()
    for connection in range(10):
        case.send(connection, _MB, user=7)
    assert case.outgoing.is_behind(7)
    assert not case.outgoing.is_behind(8)
    assert case.look() is None
    for connection in range(10):
        case.take(connection, _MB)
    assert case.look() is None
    assert not case.outgoing.is_behind(7)


def test_when_much_waits_for_all_nobody_is_read_more_than_a_share() -> None:
    case = Case()
    for connection in range(1, 6):
        case.send(connection, 3 * _MB)
    assert not any(map(case.outgoing.is_behind, range(1, 6)))
    case.send(6, MOST - 14 * _MB)  # a sixth is less than three
    assert [user for user in range(1, 8) if case.outgoing.is_behind(user)] == [1, 2, 3, 4, 5]


def test_who_lets_too_much_pile_up_is_hung_up_where_most_waits() -> None:
    case = Case()
    case.send(1, MOST_OF_A_USER)
    case.send(2, _MB, user=9)
    case.send(3, TOO_MUCH_OF_A_USER, user=9)
    assert case.look() == 3
    case.outgoing.forget(3)
    assert case.look() is None
    assert not case.outgoing.is_behind(9)


def test_where_too_much_waits_for_all_who_takes_nothing_is_hung_up_and_nobody_else() -> None:
    case = Case()
    for connection in range(1, 70):
        case.send(connection, _MB * (1 + (connection == 13)))
    for _ in range(int(DEAF_S) - 1):  # a herd has a moment
        assert case.look() is None
    case.send(7, _MB)
    case.take(7, 10)
    case.take(13, 10)
    hung_up = [case.look() for _ in range(3)]
    assert hung_up[0] not in {7, 13}
    assert None not in hung_up


@pytest.mark.parametrize("taken", [None, 0], ids=["closed", "another's by now"])
def test_a_connection_that_is_no_more_counts_for_nothing(taken: int | None) -> None:
    case = Case()
    case.take(1, 5)
    case.send(1, 2 * MOST_OF_A_USER)
    case.taken[1] = taken
    assert case.look() is None
    assert not case.outgoing.is_behind(1)


def test_nobody_is_behind_where_nobody_tells_what_was_taken() -> None:
    outgoing = Outgoing(lambda connection: None)
    for _ in range(100):
        outgoing.sent(1, 1, _MB)
    assert not outgoing.is_behind(1)
    assert outgoing.look(1.0) is None
