"""Decisions reach the connection that they were made for, also behind what confuses libzmq."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import zmq

from tests.support.waiting import eventually
from zmqchat.broker.admission import Admission, Listener
from zmqchat.broker.subscriptions import Subscriptions
from zmqchat.protocol.topics import barrier, handle
from zmqchat.runtime.gate import Gate
from zmqchat.runtime.intake import Intake
from zmqchat.runtime.monitor import Monitor
from zmqchat.runtime.slots import Room, Slots
from zmqchat.security import sockets, tokens
from zmqchat.security.zap import ZapHandler, listening_token

KEY = bytes(32)


class Hub:
    """An XPUB whose messages wait until `serve`, so that their order is the test's."""

    def __init__(self, room: Room) -> None:
        self.context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self.zap = ZapHandler(self.context)
        self.zap.register(sockets.LISTEN_DOMAIN, listening_token(KEY, lambda: 0))
        self.xpub = sockets.broker_xpub(self.context)
        self.monitor = Monitor(self.xpub)
        self.address = sockets.bind(self.xpub, "tcp://127.0.0.1:*")
        port = int(self.address.rpartition(":")[2])
        self.admission = Admission()
        self.gate = Gate("subscribe", self.monitor, port, Slots(room))
        self.subscriptions = Subscriptions(
            self.xpub, self.admission, port, Intake("subscribe", set, 1, 1), self.gate
        )
        self._peers: list[zmq.Socket[bytes]] = []

    def peer(self, device: int) -> zmq.Socket[bytes]:
        """A raw XSUB, connected and let in."""
        peer = self.context.socket(zmq.XSUB)
        token = tokens.issue(KEY, device, 1, 1)
        peer.setsockopt(zmq.PLAIN_USERNAME, token.username.encode())
        peer.setsockopt(zmq.PLAIN_PASSWORD, token.password.encode())
        monitor = peer.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED)
        peer.connect(self.address)
        eventually(lambda: self.zap.drain() or monitor.poll(0))
        eventually(lambda: self.zap.drain() or monitor.poll(10))
        peer.disable_monitor()
        monitor.close()
        self._peers.append(peer)
        return peer

    def send(self, peer: zmq.Socket[bytes], message: bytes) -> None:
        """Sends a message up, and waits until it is in XPUB's queue behind those before it."""
        peer.send(message)
        time.sleep(0.05)  # nothing tells when it has arrived: reading it is what must not happen

    def serve(self) -> None:
        eventually(lambda: self.xpub.poll(0))
        while self.xpub.poll(100):
            self.subscriptions.serve()

    def welcome_back(self) -> int:
        """Takes in who connects anew, as the broker's loop does; how much was ever admitted."""
        self.zap.drain()
        for descriptor, accepted in self.gate.follow(0.0):
            (self.admission.accepted if accepted else self.admission.gone)(descriptor)
        self.subscriptions.serve()
        return self.subscriptions.admitted

    def heard(self, peer: zmq.Socket[bytes]) -> list[bytes]:
        frames = []
        while peer.poll(100):
            frames.append(peer.recv())
        return frames


@pytest.fixture
def hub() -> Iterator[Hub]:
    hub = Hub(Room(settled=100, spare=10))
    yield hub
    hub.context.destroy(linger=0)


def test_each_connection_gets_its_own_topics(hub: Hub) -> None:
    first, second = hub.peer(1), hub.peer(2)
    for peer, number in ((first, 1), (second, 2), (first, 3)):
        hub.send(peer, b"\x01" + handle(number))
    hub.serve()
    for number in (1, 2, 3):
        hub.xpub.send(handle(number))
    assert hub.heard(first) == [handle(1), handle(3)]
    assert hub.heard(second) == [handle(2)]
    assert (hub.subscriptions.admitted, hub.subscriptions.cut) == (3, 0)


def test_many_topics_of_one_peer_take_many_turns(hub: Hub) -> None:
    peer = hub.peer(1)
    for number in range(200):
        peer.send(b"\x01" + handle(number))
    eventually(lambda: hub.xpub.poll(0))
    hub.subscriptions.serve()
    assert 0 < hub.subscriptions.admitted < 100, "frames are forwarded in between"
    hub.serve()
    assert hub.subscriptions.admitted == 200


def test_a_barrier_is_answered_to_its_asker_alone(hub: Hub) -> None:
    first, second = hub.peer(1), hub.peer(2)
    hub.send(second, b"\x01" + handle(1))
    hub.send(first, b"\x01" + barrier(b"12345678"))
    hub.serve()
    assert hub.heard(first) == [barrier(b"12345678"), b""]
    assert hub.heard(second) == []


def test_nobody_gets_a_neighbours_topics_behind_a_message_that_is_none(hub: Hub) -> None:
    offender, second, third = hub.peer(1), hub.peer(2), hub.peer(3)
    hub.send(offender, b"\x05 no subscription")
    hub.send(second, b"\x01" + handle(2))
    hub.send(third, b"\x01" + handle(3))
    hub.serve()
    assert hub.subscriptions.cut == 3
    assert hub.admission.is_barred(Listener("1", "127.0.0.1"), time.monotonic())
    assert not hub.admission.is_barred(Listener("2", "127.0.0.1"), time.monotonic())
    hub.xpub.send(handle(2))
    hub.xpub.send(handle(3))
    assert hub.heard(second) == hub.heard(third) == []
    # Those who did no wrong come again by themselves, and now it is their own that they get.
    eventually(lambda: hub.welcome_back() == 2)
    hub.xpub.send(handle(2))
    hub.xpub.send(handle(3))
    assert hub.heard(second) == [handle(2)]
    assert hub.heard(third) == [handle(3)]


def test_what_an_offender_left_does_not_end_whoever_has_the_number_now(hub: Hub) -> None:
    hub.send(hub.peer(5), b"\x01" + handle(1))
    # Cut for an earlier message, on a connection whose number this one has got since.
    hub.admission.bar(Listener("5", "127.0.0.1"), time.monotonic())
    hub.serve()
    assert (hub.subscriptions.cut, hub.subscriptions.admitted) == (0, 0)
    hub.send(hub.peer(6), b"\x01" + handle(2))
    hub.serve()
    assert (hub.subscriptions.cut, hub.subscriptions.admitted) == (0, 1)


def test_when_listeners_are_too_many_the_device_with_the_most_loses_one() -> None:
    hub = Hub(Room(settled=3, spare=10))
    greedy = [hub.peer(1) for _ in range(3)]
    for number, peer in enumerate(greedy):
        hub.send(peer, b"\x01" + handle(number))
    hub.serve()
    newcomer = hub.peer(2)
    hub.send(newcomer, b"\x01" + handle(9))
    hub.serve()
    assert hub.gate.hung_up == 1
    for number in (0, 1, 2, 9):
        hub.xpub.send(handle(number))
    assert hub.heard(newcomer) == [handle(9)]
    assert [hub.heard(peer) for peer in greedy[:2]] == [[handle(0)], [handle(1)]]
    hub.context.destroy(linger=0)


def test_one_device_has_no_more_connections_from_a_place_than_it_may() -> None:
    hub = Hub(Room(settled=100, spare=10, each=2))
    peers = [hub.peer(1) for _ in range(3)]
    for peer in peers:
        hub.send(peer, b"\x01" + handle(1))
    hub.serve()
    assert (hub.subscriptions.admitted, hub.subscriptions.cut) == (2, 1)
    hub.context.destroy(linger=0)
