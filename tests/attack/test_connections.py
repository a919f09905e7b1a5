"""Connections that are taken and kept: newcomers are served, and so is whoever was here before."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import zmq

from tests.attack.curve import CurvePeer
from tests.server.running import Client, RunningServer, raw
from tests.support.broker import RunningBroker, receive
from tests.support.waiting import eventually
from zmqchat.protocol import requests as ask
from zmqchat.protocol.replies import Beat
from zmqchat.protocol.topics import barrier, handle
from zmqchat.security.keys import KeyPair

_HOSTILE = "127.0.0.2"
_FILES = 256  # open at a time: some 190 connections
_FLOOD = 400
_MB = 1024 * 1024
BARRIER = barrier(b"nonce..1")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """A server for which few connections are many."""
    with RunningServer(tmp_path / "data", files=_FILES) as running:
        yield running.started()
        assert running.stop() == 0
        assert "Traceback" not in running.log


def _descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def test_strangers_that_hold_connections_keep_nobody_out(server: RunningServer) -> None:
    with ExitStack() as stack:
        alice = stack.enter_context(Client(server))
        alice.hello("alice")
        before = server.memory
        for _ in range(_FLOOD):
            stack.enter_context(closing(raw(server, _HOSTILE)))
        # They hold all there is. A newcomer's first connection is served all the same.
        newcomer = stack.enter_context(Client(server))
        newcomer.socket.setsockopt(zmq.RECONNECT_IVL, -1)
        assert newcomer.hello("bob").name == "bob"
        # So it is where one key, at the newcomer's own address, connects and never says hello.
        key = KeyPair.generate()
        for _ in range(_FLOOD // 2):
            stack.enter_context(CurvePeer(server.port, server.keys.realm.public, key, b""))
        assert stack.enter_context(Client(server)).hello("carol").name == "carol"
        assert isinstance(alice.ask(ask.Heartbeat()).ok, Beat)
        assert _descriptors(server.pid) < _FILES
        assert server.memory - before < 64 * _MB
    assert "connections are short" in server.log


# ── at the broker ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RunningBroker]:
    with RunningBroker(tmp_path / "data", files=_FILES) as running:
        yield running


def test_strangers_keep_no_listener_and_no_server_out(broker: RunningBroker) -> None:
    with ExitStack() as stack:
        for port in (broker.subscribe_port, broker.publish_port):
            for _ in range(_FLOOD):
                at = ("127.0.0.1", port)
                held = socket.create_connection(at, source_address=(_HOSTILE, 0))
                stack.enter_context(held)
        publisher = broker.publisher()
        sub = broker.listener(handle(1), BARRIER)
        assert receive(sub) == [BARRIER, b""]
        publisher.send_multipart([handle(1), b"served"])
        assert receive(sub) == [handle(1), b"served"]
        assert _descriptors(broker.process.pid) < _FILES


def test_whoever_read_a_token_can_neither_use_it_up_nor_have_its_owner_banned(
    broker: RunningBroker,
) -> None:
    used_up, banned = broker.token(device=7), broker.token(device=8)
    publisher = broker.publisher()
    for number in range(80):  # more than one device may have from one address
        broker.listener(handle(1000 + number), token=used_up, source=_HOSTILE)
    broker.listener(b"no handle", token=banned, source=_HOSTILE)
    eventually(lambda: "connection cut device=8 address=127.0.0.2" in broker.process.log)
    owners = [broker.listener(handle(1), BARRIER, token=token) for token in (used_up, banned)]
    for owner in owners:
        assert receive(owner) == [BARRIER, b""]
    publisher.send_multipart([handle(1), b"heard"])
    assert [_heard(owner) for owner in owners] == [b"heard", b"heard"]


def _heard(sub: zmq.Socket[bytes]) -> bytes:
    """The next publication; answers to barriers, which others may give, are passed over."""
    while (message := receive(sub))[0] == BARRIER:
        pass
    return message[1]


def test_a_broker_admits_as_many_listeners_as_it_is_told(tmp_path: Path) -> None:
    with RunningBroker(tmp_path / "data", listeners=3) as broker:
        publisher = broker.publisher()
        assert "listeners=3" in broker.process.log
        subs = [
            broker.listener(handle(1), BARRIER, token=broker.token(device=number))
            for number in range(3)
        ]
        for sub in subs:
            assert receive(sub) == [BARRIER, b""]
        late = broker.listener(handle(1), BARRIER, token=broker.token(device=9))
        assert not late.poll(300)
        publisher.send_multipart([handle(1), b"to three"])
        assert [_heard(sub) for sub in subs] == [b"to three"] * 3
        subs[0].close()
        assert receive(late) == [BARRIER, b""], "it tries again by itself, and there is room"
