"""The baseline's window: what is unacknowledged is bounded, and acknowledgements make room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import zmq

from perf.systems.bare_flow import WINDOW, Acknowledged, Streamed
from tests.support.waiting import eventually

_Pair = tuple[zmq.Socket[bytes], zmq.Socket[bytes]]


@pytest.fixture(name="pair")
def _pair() -> Iterator[_Pair]:
    """A ROUTER, and a DEALER that is connected to it."""
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    router, dealer = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
    for one in (router, dealer):
        one.setsockopt(zmq.SNDHWM, 0)
    dealer.connect(f"tcp://127.0.0.1:{router.bind_to_random_port('tcp://127.0.0.1')}")
    yield router, dealer
    context.destroy(linger=0)


def _after_receiving(flow: Acknowledged) -> Acknowledged:
    flow.receive()
    return flow


def test_a_full_window_waits_for_acknowledgements(pair: _Pair) -> None:
    router, dealer = pair
    flow = Acknowledged(dealer)
    most, most_bytes = flow.capacity()
    assert most == WINDOW
    flow.send([b"x" * 100] * most)
    assert flow.capacity() == (0, most_bytes - 100 * most)
    assert not flow.settled
    senders = [router.recv_multipart()[0] for _ in range(most)]
    router.send_multipart([senders[0], b"ok"])
    eventually(lambda: _after_receiving(flow).capacity() == (1, most_bytes - 100 * (most - 1)))
    for sender in senders[1:]:
        router.send_multipart([sender, b"ok"])
    eventually(lambda: _after_receiving(flow).settled)
    assert flow.capacity() == (most, most_bytes)


def test_a_stream_is_settled_once_libzmq_has_it(pair: _Pair) -> None:
    router, dealer = pair
    flow = Streamed(dealer)
    flow.send([b"one", b"two"])
    assert flow.settled
    assert [router.recv_multipart()[1] for _ in range(2)] == [b"one", b"two"]
