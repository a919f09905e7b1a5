"""Nothing that can be read goes unnoticed, whatever libzmq's descriptors keep to themselves."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest
import zmq

from tests.support.waiting import eventually
from zmqchat.runtime.readiness import Readiness

_Socket = zmq.Socket[bytes]
_PATIENCE_MS = 20_000


class Net:
    """Connected sockets."""

    def __init__(self) -> None:
        self._context: zmq.Context[_Socket] = zmq.Context()
        self._open: list[_Socket] = []  # pyzmq warns of those that are collected open

    def pair(self) -> tuple[_Socket, _Socket]:
        """Two that are connected over TCP, as peers are."""
        ours, theirs = self._context.socket(zmq.PAIR), self._context.socket(zmq.PAIR)
        self._open += [ours, theirs]
        port = ours.bind_to_random_port("tcp://127.0.0.1")
        theirs.connect(f"tcp://127.0.0.1:{port}")
        theirs.send(b"connected")
        assert ours.recv() == b"connected"
        return ours, theirs

    def close(self) -> None:
        self._context.destroy(linger=0)


@pytest.fixture(name="net")
def _net() -> Iterator[Net]:
    net = Net()
    yield net
    net.close()


def test_what_comes_while_it_waits_wakes_it(net: Net) -> None:
    (first, peer), (second, _) = net.pair(), net.pair()
    readiness = Readiness([first], [second], [])
    assert readiness.wait(0) == []
    sender = threading.Timer(0.05, peer.send, [b"late"])
    sender.start()
    assert eventually(lambda: readiness.wait(_PATIENCE_MS)) == [first]
    sender.join()
    assert first.recv() == b"late"


def test_what_a_reader_left_is_told_of_again(net: Net) -> None:
    ours, peer = net.pair()
    readiness = Readiness([], [ours], [])
    for number in range(3):
        peer.send(b"%d" % number)
    for number in range(3):
        assert eventually(lambda: readiness.wait(_PATIENCE_MS)) == [ours]
        assert ours.recv() == b"%d" % number
    assert readiness.wait(0) == []


def test_a_signal_that_a_send_took_in_is_not_missed(net: Net) -> None:
    ours, peer = net.pair()
    readiness = Readiness([ours], [], [])
    assert readiness.wait(0) == []
    peer.send(b"hidden")
    assert ours.poll(_PATIENCE_MS)  # reads the signal off the descriptor, as a send may
    ours.send(b"something else")
    assert readiness.wait(_PATIENCE_MS) == [ours]


def test_descriptors_are_among_the_sources(net: Net) -> None:
    ours, _ = net.pair()
    read_end, write_end = os.pipe()
    readiness = Readiness([], [ours], [read_end])
    assert readiness.wait(0) == []
    os.write(write_end, b"x")
    assert readiness.wait(_PATIENCE_MS) == [read_end]
    os.close(write_end)
    assert os.read(read_end, 8) == b"x"
    assert readiness.wait(_PATIENCE_MS) == [read_end], "its end was closed"
    os.close(read_end)


def test_it_holds_against_a_peer_that_sends_all_the_time(net: Net) -> None:
    (ours, peer), (other, _) = net.pair(), net.pair()
    readiness = Readiness([ours], [other], [])
    count, got = 2_000, 0

    def send() -> None:
        for number in range(count):
            peer.send(b"%d" % number)

    sender = threading.Thread(target=send)
    sender.start()
    while got < count:
        assert readiness.wait(_PATIENCE_MS) in ([], [ours])
        ours.send(b"takes signals in", zmq.DONTWAIT)
        while ours.poll(0):
            assert ours.recv() == b"%d" % got
            got += 1
    sender.join()
