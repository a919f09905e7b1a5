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
    Cut,
    Refuse,
    Withdraw,
)
from zmqchat.protocol.topics import barrier, handle, is_barrier, is_handle

ONE = handle(1)
BARRIER = barrier(b"12345678")


def test_a_handle_is_admitted_once_and_withdrawn_once() -> None:
    admission = Admission()
    assert admission.decide(5, b"\x01" + ONE) == Admit(ONE)
    assert admission.decide(5, b"\x01" + ONE) == Refuse()
    assert admission.decide(5, b"\x00" + ONE) == Withdraw(ONE)
    assert admission.decide(5, b"\x00" + ONE) == Refuse()


def test_a_barrier_is_answered() -> None:
    assert Admission().decide(5, b"\x01" + BARRIER) == AnswerBarrier(BARRIER)


@pytest.mark.parametrize("topic", [b"", b"\x00", b"\xff", bytes(3), bytes(5), b"\xff" * 4])
def test_another_topic_cuts_and_nothing_follows(topic: bytes) -> None:
    admission = Admission()
    assert isinstance(admission.decide(5, b"\x01" + topic), Cut)
    assert admission.decide(5, b"\x01" + ONE) == Refuse()
    assert admission.decide(6, b"\x01" + ONE) == Admit(ONE)


@pytest.mark.parametrize("message", [b"", b"\x02", b"hello"])
def test_what_is_no_subscription_cuts(message: bytes) -> None:
    assert isinstance(Admission().decide(5, message), Cut)


def test_topics_are_bounded_a_connection_and_not_in_all() -> None:
    admission = Admission(topics_per_connection=2)
    for connection in (1, 2):
        assert isinstance(admission.decide(connection, b"\x01" + handle(1)), Admit)
        assert isinstance(admission.decide(connection, b"\x01" + handle(2)), Admit)
    assert isinstance(admission.decide(1, b"\x01" + handle(3)), Cut)
    assert admission.decide(2, b"\x00" + handle(1)) == Withdraw(handle(1))
    assert admission.decide(2, b"\x01" + handle(3)) == Admit(handle(3))


def test_ending_what_was_never_begun_makes_no_room() -> None:
    admission = Admission(topics_per_connection=1)
    admission.decide(1, b"\x01" + handle(1))
    assert admission.decide(1, b"\x00" + handle(9)) == Refuse()
    assert isinstance(admission.decide(1, b"\x01" + handle(2)), Cut)


def test_the_next_connection_with_the_number_starts_anew() -> None:
    admission = Admission(topics_per_connection=1)
    admission.decide(1, b"\x01")
    admission.accepted(1)
    assert admission.decide(1, b"\x01" + ONE) == Admit(ONE)
    admission.gone(1)
    assert admission.decide(1, b"\x01" + ONE) == Admit(ONE)


def test_a_connection_that_the_caller_ends_is_ended_once() -> None:
    admission = Admission()
    assert admission.mark_cut(3)
    assert not admission.mark_cut(3)
    assert admission.decide(3, b"\x01" + ONE) == Refuse()


def test_a_barred_device_is_let_in_again_later() -> None:
    admission = Admission()
    admission.bar("7", now=100.0)
    assert admission.is_barred("7", now=100.0)
    assert not admission.is_barred("8", now=100.0)
    assert not admission.is_barred("7", now=100.0 + BARRED_S)


@given(st.lists(st.binary(max_size=12), max_size=60))
def test_only_whole_handles_and_barriers_ever_get_in(messages: list[bytes]) -> None:
    admission = Admission(topics_per_connection=5)
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
