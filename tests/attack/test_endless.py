"""Messages of endlessly many frames: whoever sends one is cut, and memory stays where it was."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
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


def _least(grown: Callable[[Path], int], directory: Path) -> int:
    """By how much memory grew, at the least of some times, each with a process of its own.

    The kernel says within which time a thread is woken only where a processor is free: beside other
    tests one flood gets further than it would. Without a bound every one would get as far as it
    likes.
    """
    found = 2 * _FLOOD
    for attempt in range(4):
        found = min(found, grown(directory / str(attempt)))
        if found < _MEMORY:
            break
    return found


@pytest.mark.parametrize("size", [0, 200, 64 * 1024])
def test_a_strangers_endless_request(tmp_path: Path, size: int) -> None:
    def grown(data: Path) -> int:
        with RunningServer(data) as server, Client(server.started()) as alice:
            alice.hello("alice")
            before = server.memory
            device = KeyPair.generate()
            with (
                CurvePeer(server.port, server.keys.realm.public, device, b"") as eve,
                pytest.raises((ConnectionResetError, BrokenPipeError)),
            ):
                for _ in range(_FLOOD // (size + 35)):
                    eve.send(bytes(size), more=True)
            after = server.memory
            alice.get(Sent, ask.Send([says(GENERAL_ID, "still here")]))
            assert server.stop() == 0
            return after - before

    assert _least(grown, tmp_path) < _MEMORY


def test_requests_that_end_are_no_flood(server: RunningServer) -> None:
    """Much more than one may be ahead by, in the largest frames, and in tiny ones."""
    with Client(server) as alice:
        alice.hello("alice")
        for size, much in ((REQUEST_BYTES, 20 * _MB), (10, 3 * _MB)):
            with CurvePeer(server.port, server.keys.realm.public, KeyPair.generate(), b"") as eve:
                for _ in range(much // (size + 35)):
                    eve.send(bytes(size))
                    eve.drain()
                assert not eve.is_closed()


@pytest.mark.parametrize("size", [0, 2, 500])
def test_a_listeners_endless_subscription(tmp_path: Path, size: int) -> None:
    def grown(data: Path) -> int:
        with RunningBroker(data) as broker:
            publisher = broker.publisher()
            honest = broker.listener(handle(1), _BARRIER)
            assert receive(honest) == [_BARRIER, b""]
            before = _memory(broker.process.pid)
            with PlainListener(broker.subscribe_port, broker.token(device=66)) as eve:
                assert pour(eve.tcp, endless(size), _FLOOD) < _FLOOD
            after = _memory(broker.process.pid)
            publisher.send_multipart([handle(1), b"still here"])
            assert receive(honest) == [handle(1), b"still here"]
            return after - before

    assert _least(grown, tmp_path) < _MEMORY


def test_a_listener_with_all_its_topics_is_no_flood(broker: RunningBroker) -> None:
    publisher = broker.publisher()
    many = broker.listener(*(handle(number) for number in range(19_999)), _BARRIER)
    assert receive(many) == [_BARRIER, b""]
    publisher.send_multipart([handle(19_998), b"heard"])
    assert receive(many) == [handle(19_998), b"heard"]


@pytest.mark.parametrize("size", [2, 64 * 1024])
def test_a_brokers_endless_publication(tmp_path: Path, size: int) -> None:
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

    def grown(_: Path) -> int:
        with HostileBroker(endless(size), _FLOOD) as hostile:
            most = asyncio.run(listen(hostile.port))
        assert all(poured < _FLOOD for poured in hostile.poured)
        return most

    assert _least(grown, tmp_path) < _MEMORY
