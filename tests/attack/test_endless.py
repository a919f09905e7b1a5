"""Messages of endlessly many frames: whoever sends one is cut, and memory stays where it was."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq

from tests.attack.curve import CurvePeer
from tests.attack.plain import HostileBroker, PlainListener, endless, pour
from tests.domain.realms import says
from tests.server.running import Client, RunningServer
from tests.support.broker import RunningBroker, receive
from zmqchat.client.connection import Monitored, context
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.protocol import requests as ask
from zmqchat.protocol.limits import REQUEST_BYTES
from zmqchat.protocol.replies import ListenToken, Sent
from zmqchat.protocol.topics import barrier, handle
from zmqchat.security import sockets
from zmqchat.security.keys import KeyPair

_MB = 1024 * 1024
_FLOOD = 256 * _MB
_MEMORY = 64 * _MB
_BARRIER = barrier(b"nonce..1")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what came in")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RunningBroker]:
    with RunningBroker(tmp_path / "data") as running:
        yield running


def _memory(pid: int | str = "self") -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


@pytest.mark.parametrize("size", [0, 200, 64 * 1024])
def test_a_strangers_endless_request(server: RunningServer, size: int) -> None:
    with Client(server) as alice:
        alice.hello("alice")
        before = server.memory
        device = KeyPair.generate()
        with (
            CurvePeer(server.port, server.keys.realm.public, device, b"") as eve,
            pytest.raises((ConnectionResetError, BrokenPipeError)),
        ):
            for _ in range(_FLOOD // (size + 35)):
                eve.send(bytes(size), more=True)
        assert server.memory - before < _MEMORY
        alice.get(Sent, ask.Send([says(GENERAL_ID, "still here")]))


def test_requests_that_end_are_no_flood(server: RunningServer) -> None:
    """Much more than one may be ahead by, in the largest frames, and in tiny ones."""
    with Client(server) as alice:
        alice.hello("alice")
        for size in (REQUEST_BYTES, 10):
            with CurvePeer(server.port, server.keys.realm.public, KeyPair.generate(), b"") as eve:
                for _ in range(20 * _MB // (size + 35)):
                    eve.send(bytes(size))
                    eve.drain()
                assert not eve.is_closed()


@pytest.mark.parametrize("size", [0, 2, 500])
def test_a_listeners_endless_subscription(broker: RunningBroker, size: int) -> None:
    publisher = broker.publisher()
    honest = broker.listener(handle(1), _BARRIER)
    assert receive(honest) == [_BARRIER, b""]
    before = _memory(broker.process.pid)
    with PlainListener(broker.subscribe_port, broker.token(device=66)) as eve:
        assert pour(eve.tcp, endless(size), _FLOOD) < _FLOOD
    assert _memory(broker.process.pid) - before < _MEMORY
    publisher.send_multipart([handle(1), b"still here"])
    assert receive(honest) == [handle(1), b"still here"]


def test_a_listener_with_all_its_topics_is_no_flood(broker: RunningBroker) -> None:
    publisher = broker.publisher()
    many = broker.listener(*(handle(number) for number in range(19_999)), _BARRIER)
    assert receive(many) == [_BARRIER, b""]
    publisher.send_multipart([handle(19_998), b"heard"])
    assert receive(many) == [handle(19_998), b"heard"]


@pytest.mark.parametrize("size", [2, 64 * 1024])
def test_a_brokers_endless_publication(size: int) -> None:
    """A client of a hostile broker: it connects again and again, and never fills up."""

    async def listen(port: int) -> int:
        sub = sockets.listen_sub(context(), ListenToken("1", "x", 0))
        sub.subscribe(b"")
        befell: list[zmq.Event] = []
        loop = asyncio.get_running_loop()
        wire = Monitored(loop, sub, lambda _: None, befell.append)
        before = most = _memory()
        sockets.connect(sub, f"tcp://127.0.0.1:{port}")
        async with asyncio.timeout(30):
            while befell.count(zmq.Event.DISCONNECTED) < 3:
                await asyncio.sleep(0.01)
                most = max(most, _memory())
        wire.close()
        return most - before

    with HostileBroker(endless(size), _FLOOD) as hostile:
        assert asyncio.run(listen(hostile.port)) < _MEMORY
    assert all(poured < _FLOOD for poured in hostile.poured)
