"""The number of connections: followed by descriptor, and never above the most."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
import zmq

from tests.support.waiting import eventually
from zmqchat.broker.admission import Admission, Admit, Cut
from zmqchat.broker.connections import Connections
from zmqchat.protocol.topics import handle
from zmqchat.runtime.monitor import Monitor
from zmqchat.security import sockets


class Scene:
    def __init__(self, most: int) -> None:
        self.context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        xsub, self.xpub = self.context.socket(zmq.XSUB), self.context.socket(zmq.XPUB)
        monitors = Monitor(xsub), Monitor(self.xpub)
        self.xsub = xsub
        addresses = [sockets.bind(one, "tcp://127.0.0.1:*") for one in (xsub, self.xpub)]
        self.publish, self.subscribe = (int(one.rpartition(":")[2]) for one in addresses)
        self.admission = Admission()
        self.connections = Connections(
            *monitors, self.publish, self.subscribe, self.admission, most
        )
        self.raw: list[socket.socket] = []

    def connect(self, port: int) -> socket.socket:
        self.raw.append(socket.create_connection(("127.0.0.1", port)))
        self.raw[-1].settimeout(0.2)
        return self.raw[-1]

    def subscribers(self) -> list[int]:
        """The descriptors of the subscribers' connections, as they are now known."""
        self.connections.follow(self.connections.sockets)
        return list(self.admission._connections)

    def ended(self, raw: socket.socket) -> bool:
        self.subscribers()
        try:
            while raw.recv(1024):
                pass
        except TimeoutError:
            return False
        except ConnectionResetError:
            return True
        return True


@pytest.fixture
def scene() -> Iterator[Scene]:
    scene = Scene(most=2)
    yield scene
    for raw in scene.raw:
        raw.close()
    scene.connections.close()
    scene.context.destroy(linger=0)


def test_a_connection_too_many_is_turned_away_and_the_others_stay(scene: Scene) -> None:
    first, second = scene.connect(scene.publish), scene.connect(scene.subscribe)
    assert not scene.ended(first)
    assert not scene.ended(second)
    third = scene.connect(scene.subscribe)
    eventually(lambda: scene.ended(third))
    assert scene.connections.turned_away == 1
    assert not scene.ended(first)
    assert not scene.ended(second)


def test_there_is_room_again_when_one_has_left(scene: Scene) -> None:
    first, _second = scene.connect(scene.publish), scene.connect(scene.subscribe)
    first.close()

    def lets_in() -> bool:
        return not scene.ended(scene.connect(scene.subscribe))

    eventually(lets_in)


def test_the_next_connection_with_a_number_begins_with_nothing(scene: Scene) -> None:
    raw = scene.connect(scene.subscribe)
    (number,) = eventually(scene.subscribers)
    assert isinstance(scene.admission.decide(number, b"\x01"), Cut)
    raw.close()
    eventually(lambda: not scene.subscribers())
    scene.connect(scene.subscribe)
    assert eventually(scene.subscribers) == [number]
    assert scene.admission.decide(number, b"\x01" + handle(1)) == Admit(handle(1))
