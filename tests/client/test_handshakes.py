"""Three handshakes that fail within more than a moment: that is not the link's server."""

from __future__ import annotations

from zmqchat.client.handshakes import Handshakes


def test_it_takes_several_and_a_while() -> None:
    handshakes = Handshakes()
    assert [handshakes.failed(now) for now in (0.0, 0.1, 0.2, 0.9)] == [False] * 4
    assert handshakes.failed(1.0)


def test_two_are_too_few_however_long_it_takes() -> None:
    handshakes = Handshakes()
    assert not handshakes.failed(0.0)
    assert not handshakes.failed(60.0)
    assert handshakes.failed(61.0)


def test_one_that_succeeds_makes_up_for_those_before() -> None:
    handshakes = Handshakes()
    for now in (0.0, 0.5):
        handshakes.failed(now)
    handshakes.succeeded()
    assert not handshakes.failed(2.0)
