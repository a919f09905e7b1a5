"""A socket's connections: followed by descriptor, never above the most, ended when overdue."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
import zmq

from tests.support.peers import is_hung_up
from tests.support.waiting import eventually
from zmqchat.runtime.gate import Gate
from zmqchat.runtime.monitor import Monitor
from zmqchat.runtime.slots import DEADLINE_S, Room, Slots
from zmqchat.security import sockets


class Scene:
    def __init__(self, room: Room) -> None:
        self.context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        xpub = self.context.socket(zmq.XPUB)
        self.monitor = Monitor(xpub)
        self.port = int(sockets.bind(xpub, "tcp://127.0.0.1:*").rpartition(":")[2])
        self.gate = Gate("test", self.monitor, self.port, Slots(room))
        self.raw: list[socket.socket] = []

    def connect(self, source: str = "127.0.0.1") -> socket.socket:
        """A bare connection that the gate has heard of."""
        before = len(self.gate.open)
        raw = socket.create_connection(("127.0.0.1", self.port), source_address=(source, 0))
        raw.settimeout(0.2)
        self.raw.append(raw)
        eventually(lambda: self.gate.follow(0.0) or len(self.gate.open) > before)
        return raw

    def ended(self, raw: socket.socket) -> bool:
        self.gate.follow(0.0)
        return is_hung_up(raw)

    def close(self) -> None:
        for raw in self.raw:
            raw.close()
        self.monitor.close()
        self.context.destroy(linger=0)


@pytest.fixture
def scene() -> Iterator[Scene]:
    scene = Scene(Room(settled=1, spare=2))
    yield scene
    scene.close()


def test_one_too_many_costs_the_place_with_the_most_the_one_that_waited_longest(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    hostile = [scene.connect("127.0.0.2") for _ in range(2)]
    honest = [scene.connect() for _ in range(2)]
    eventually(lambda: scene.ended(hostile[0]))
    assert scene.gate.hung_up == 1
    assert not any(scene.ended(raw) for raw in (hostile[1], *honest))
    scene.connect("127.0.0.2")
    eventually(lambda: scene.gate.hung_up == 2)
    assert caplog.text.count("connections are short") == 1


def test_there_is_room_again_when_one_has_left(scene: Scene) -> None:
    first, second, third = (scene.connect() for _ in range(3))
    first.close()
    eventually(lambda: scene.gate.follow(0.0) or len(scene.gate.open) == 2)
    scene.connect()
    assert scene.gate.hung_up == 0
    assert not scene.ended(second)
    assert not scene.ended(third)


def test_one_that_says_nothing_in_time_is_ended(scene: Scene) -> None:
    silent, settled = scene.connect(), scene.connect()
    (number,) = scene.gate.open - {min(scene.gate.open)}
    scene.gate.slots.settle(number, "alice")
    scene.gate.end_overdue(DEADLINE_S - 1)
    assert not scene.ended(silent)
    scene.gate.end_overdue(DEADLINE_S + 1)
    eventually(lambda: scene.ended(silent))
    assert not scene.ended(settled)
