"""Which subscriptions are admitted, and which end a connection."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmqchat.broker.admission import (
    BARRED_S,
    Admission,
    Admit,
    AnswerBarrier,
    Bounds,
    Cut,
    Listener,
    Refuse,
    Withdraw,
)
from zmqchat.protocol.topics import barrier, handle, is_barrier, is_handle

ALICE, BOB = Listener("1", "10.0.0.1"), Listener("2", "10.0.0.2")
SNIFFER = Listener("1", "10.6.6.6")  # with a token that was read on the wire
ONE = handle(1)
BARRIER = barrier(b"12345678")


def belonging(bounds: Bounds, **connections: Listener) -> Admission:
    """An admission with connections, `c1` and so on, of these listeners."""
    admission = Admission(bounds)
    for name, listener in connections.items():
        admission.belongs(int(name[1:]), listener)
    return admission


def subscribed(admission: Admission, connection: int, first: int, count: int) -> list[bool]:
    """Subscribes to so many handles; which of them were admitted."""
    return [
        isinstance(admission.decide(connection, b"\x01" + handle(number)), Admit)
        for number in range(first, first + count)
    ]


def test_a_handle_is_admitted_once_and_withdrawn_once() -> None:
    admission = belonging(Bounds(), c5=ALICE)
    assert admission.decide(5, b"\x01" + ONE) == Admit(ONE)
    assert admission.decide(5, b"\x01" + ONE) == Refuse()
    assert admission.decide(5, b"\x00" + ONE) == Withdraw(ONE)
    assert admission.decide(5, b"\x00" + ONE) == Refuse()


def test_a_barrier_is_answered() -> None:
    admission = belonging(Bounds(), c5=ALICE)
    assert admission.decide(5, b"\x01" + BARRIER) == AnswerBarrier(BARRIER)


@pytest.mark.parametrize("topic", [b"", b"\x00", b"\xff", bytes(3), bytes(5), b"\xff" * 4])
def test_another_topic_cuts_and_nothing_follows(topic: bytes) -> None:
    admission = belonging(Bounds(), c5=ALICE, c6=ALICE)
    assert isinstance(admission.decide(5, b"\x01" + topic), Cut)
    assert admission.decide(5, b"\x01" + ONE) == Refuse()
    assert admission.decide(6, b"\x01" + ONE) == Admit(ONE)


@pytest.mark.parametrize("message", [b"", b"\x02", b"hello"])
def test_what_is_no_subscription_cuts(message: bytes) -> None:
    assert isinstance(belonging(Bounds(), c5=ALICE).decide(5, message), Cut)


def test_topics_are_bounded_a_connection_and_not_in_all() -> None:
    admission = belonging(Bounds(connection=2), c1=ALICE, c2=BOB)
    for connection in (1, 2):
        assert isinstance(admission.decide(connection, b"\x01" + handle(1)), Admit)
        assert isinstance(admission.decide(connection, b"\x01" + handle(2)), Admit)
    assert isinstance(admission.decide(1, b"\x01" + handle(3)), Cut)
    assert admission.decide(2, b"\x00" + handle(1)) == Withdraw(handle(1))
    assert admission.decide(2, b"\x01" + handle(3)) == Admit(handle(3))


def test_ending_what_was_never_begun_makes_no_room() -> None:
    admission = belonging(Bounds(connection=1), c1=ALICE)
    admission.decide(1, b"\x01" + handle(1))
    assert admission.decide(1, b"\x00" + handle(9)) == Refuse()
    assert isinstance(admission.decide(1, b"\x01" + handle(2)), Cut)


def test_the_next_connection_with_the_number_starts_anew() -> None:
    admission = belonging(Bounds(connection=1, listener=1), c1=ALICE)
    admission.decide(1, b"\x01")
    admission.accepted(1)
    assert admission.whose(1) is None
    admission.belongs(1, ALICE)
    assert admission.decide(1, b"\x01" + ONE) == Admit(ONE)
    admission.gone(1)
    admission.belongs(1, ALICE)
    assert admission.decide(1, b"\x01" + ONE) == Admit(ONE)


def test_a_connection_that_the_caller_ends_is_ended_once() -> None:
    admission = Admission()
    assert admission.mark_cut(3)
    assert not admission.mark_cut(3)
    admission.belongs(3, ALICE)
    assert admission.decide(3, b"\x01" + ONE) == Refuse()


def test_all_connections_of_a_device_from_one_place_are_counted_together() -> None:
    admission = belonging(Bounds(listener=5), c1=ALICE, c2=ALICE, c3=SNIFFER, c4=BOB)
    assert subscribed(admission, 1, 0, 3) == [True] * 3
    assert subscribed(admission, 2, 0, 3) == [True, True, False]
    # Whoever has read its token uses up what is theirs, and no one else's.
    assert subscribed(admission, 3, 0, 6) == [True] * 5 + [False]
    assert subscribed(admission, 4, 0, 5) == [True] * 5
    admission.gone(2)
    assert subscribed(admission, 1, 10, 2) == [True, True]


def test_beyond_the_bound_of_all_nobody_gets_more_than_an_equal_share() -> None:
    admission = belonging(Bounds(all=100), c1=ALICE, c2=BOB, c3=SNIFFER)
    assert sum(subscribed(admission, 1, 0, 150)) == 100
    assert sum(subscribed(admission, 2, 0, 150)) == 50  # a newcomer is served all the same
    assert sum(subscribed(admission, 3, 0, 150)) == 33
    admission.gone(1)
    admission.belongs(1, ALICE)
    assert sum(subscribed(admission, 1, 0, 10)) == 10


def test_who_is_barred_is_let_in_again_later_and_elsewhere_at_once() -> None:
    admission = Admission()
    admission.bar(SNIFFER, now=100.0)
    assert admission.is_barred(SNIFFER, now=100.0)
    assert not admission.is_barred(ALICE, now=100.0), "its token was read: it did no wrong"
    assert not admission.is_barred(SNIFFER, now=100.0 + BARRED_S)


def test_the_list_of_the_barred_is_bounded() -> None:
    admission = Admission()
    for number in range(30_000):
        admission.bar(Listener("1", f"place {number}"), now=number * 1.0)
    assert len(admission._barred) <= 10_001


@given(st.lists(st.binary(max_size=12), max_size=60))
def test_only_whole_handles_and_barriers_ever_get_in(messages: list[bytes]) -> None:
    admission = belonging(Bounds(connection=5), c1=ALICE)
    inside: set[bytes] = set()
    for message in messages:
        match admission.decide(1, message):
            case Admit(topic):
                assert is_handle(topic)
                assert topic not in inside
                inside.add(topic)
            case AnswerBarrier(topic):
                assert is_barrier(topic)
                inside.add(topic)
            case Withdraw(topic):
                inside.remove(topic)
    assert len(inside) <= 5
