"""Strangers and offenders at the broker: they hear nothing, publish nothing, harm nobody else."""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import zmq

from tests.support.broker import RunningBroker, await_event, receive
from tests.support.waiting import eventually
from zmqchat.broker import admission
from zmqchat.protocol.replies import ListenToken
from zmqchat.protocol.topics import barrier, handle
from zmqchat.security import sockets, tokens
from zmqchat.security.keys import KeyPair, to_z85

HANDLE = handle(1)
BARRIER = barrier(b"nonce..1")
FAILED = (
    zmq.EVENT_HANDSHAKE_FAILED_AUTH
    | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
    | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
    | zmq.EVENT_DISCONNECTED
)
QUIET_MS = 150


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RunningBroker]:
    with RunningBroker(tmp_path / "data") as running:
        yield running


class Scene:
    """A publisher and an honest listener, to tell silence from a broker that does not work."""

    def __init__(self, broker: RunningBroker) -> None:
        self.broker = broker
        self.publisher = broker.publisher()
        self.honest = broker.listener(HANDLE, BARRIER, token=broker.token(device=1000))
        assert receive(self.honest) == [BARRIER, b""]

    def still_works(self) -> bytes:
        """The honest listener hears the publisher, and nothing from anybody else before that."""
        secret = secrets.token_bytes(8)
        self.publisher.send_multipart([HANDLE, secret])
        assert receive(self.honest) == [HANDLE, secret]
        return secret

    def is_deaf(self, sub: zmq.Socket[bytes]) -> None:
        for _ in range(3):
            self.still_works()
        assert not sub.poll(QUIET_MS)


@pytest.fixture
def scene(broker: RunningBroker) -> Scene:
    return Scene(broker)


def plain_sub(broker: RunningBroker, prefix: bytes) -> zmq.Socket[bytes]:
    sub = broker.keep(broker.context.socket(zmq.SUB))
    sub.subscribe(prefix)
    return sub


def refused(sub: zmq.Socket[bytes], address: str) -> None:
    monitor = sub.get_monitor_socket(FAILED)
    sub.connect(address)
    await_event(sub, monitor, FAILED)


@pytest.mark.parametrize("prefix", [b"", b"\x00", HANDLE, b"\xff"])
@pytest.mark.parametrize("port", ["publish", "subscribe"])
def test_a_null_sniffer_hears_nothing(scene: Scene, port: str, prefix: bytes) -> None:
    sub = plain_sub(scene.broker, prefix)
    refused(sub, getattr(scene.broker, port))
    scene.is_deaf(sub)


@pytest.mark.parametrize("prefix", [b"", HANDLE])
@pytest.mark.parametrize("port", ["publish", "subscribe"])
def test_a_curve_sniffer_hears_nothing(scene: Scene, port: str, prefix: bytes) -> None:
    own = KeyPair.generate()
    sub = plain_sub(scene.broker, prefix)
    sub.setsockopt(zmq.CURVE_PUBLICKEY, own.public_z85)
    sub.setsockopt(zmq.CURVE_SECRETKEY, own.secret_z85)
    sub.setsockopt(zmq.CURVE_SERVERKEY, to_z85(scene.broker.keys.broker.public))
    refused(sub, getattr(scene.broker, port))
    scene.is_deaf(sub)


def bad_tokens(broker: RunningBroker) -> dict[str, ListenToken]:
    good = broker.token()
    now_us = time.time_ns() // 1000
    return {
        "wrong password": ListenToken(good.username, "0" * 64, good.until_us),
        "extended": ListenToken(good.username[:-1] + "9" * 2, good.password, good.until_us),
        "other device": ListenToken("9" + good.username, good.password, good.until_us),
        "expired": tokens.issue(broker.keys.token, 1, 1, now_us - 1),
        "other realm": tokens.issue(bytes(32), 1, 1, good.until_us),
        "junk": ListenToken("ÿ" * 50, "\x00" * 50, 0),
    }


@pytest.mark.parametrize("name", ["wrong password", "extended", "other device", "expired",
                                  "other realm", "junk"])  # fmt: skip
def test_a_bad_token_is_refused_in_the_handshake(scene: Scene, name: str) -> None:
    sub = scene.broker.keep(
        sockets.listen_sub(scene.broker.context, bad_tokens(scene.broker)[name])
    )
    sub.subscribe(HANDLE)
    monitor = sub.get_monitor_socket(zmq.EVENT_HANDSHAKE_FAILED_AUTH)
    sockets.connect(sub, scene.broker.subscribe)
    await_event(sub, monitor, zmq.EVENT_HANDSHAKE_FAILED_AUTH)
    scene.is_deaf(sub)


@pytest.mark.parametrize(
    "topic", [b"", b"\x00", HANDLE[:3], HANDLE + b"\x00", b"\xff" * 4, b"\xff" * 8, bytes(100)]
)
def test_whoever_subscribes_to_no_handle_is_cut(scene: Scene, topic: bytes) -> None:
    sub = scene.broker.listener()
    monitor = sub.get_monitor_socket(zmq.EVENT_DISCONNECTED)
    sub.subscribe(topic)
    await_event(sub, monitor, zmq.EVENT_DISCONNECTED)
    scene.is_deaf(sub)


def test_an_offenders_device_is_refused_for_a_while(scene: Scene) -> None:
    sub = scene.broker.listener(b"", token=scene.broker.token(device=66))
    monitor = sub.get_monitor_socket(zmq.EVENT_HANDSHAKE_FAILED_AUTH)
    await_event(sub, monitor, zmq.EVENT_HANDSHAKE_FAILED_AUTH)
    again = scene.broker.listener(HANDLE, token=scene.broker.token(device=66))
    scene.is_deaf(again)


def test_a_message_sent_upstream_does_not_give_a_neighbour_your_topics(scene: Scene) -> None:
    """To libzmq the next message's connection is the last one's after a message like that."""
    broker = scene.broker
    offender = broker.keep(broker.context.socket(zmq.XSUB))
    token = broker.token(device=66)
    offender.setsockopt(zmq.PLAIN_USERNAME, token.username.encode())
    offender.setsockopt(zmq.PLAIN_PASSWORD, token.password.encode())
    offender.connect(broker.subscribe)
    others = [broker.listener(token=broker.token(device=number)) for number in range(10)]
    for round_ in range(20):
        offender.send(b"\x05 no subscription")
        for number, sub in enumerate(others):
            sub.subscribe(handle(100 + 20 * number + round_))
    for number, sub in enumerate(others):
        sub.subscribe(barrier(b"last%4d" % number))
    for number, sub in enumerate(others):
        last = [barrier(b"last%4d" % number), b""]
        while receive(sub) != last:
            pass
    for topic in range(100, 300):
        scene.publisher.send_multipart([handle(topic), b"x"])
    for number, sub in enumerate(others):
        expected = [handle(100 + 20 * number + round_) for round_ in range(20)]
        heard: list[bytes] = []
        while len(heard) < 20:
            first = receive(sub)[0]
            heard += [first] if first[:1] != b"\xff" else []
        assert heard == expected


def test_a_flood_of_topics_is_bounded(scene: Scene) -> None:
    sub = scene.broker.listener()
    monitor = sub.get_monitor_socket(zmq.EVENT_DISCONNECTED)
    for number in range(admission.TOPICS_PER_CONNECTION + 1):
        sub.subscribe(handle(1000 + number))
    await_event(sub, monitor, zmq.EVENT_DISCONNECTED)
    scene.is_deaf(sub)


def test_a_topic_beyond_the_sockets_limit_cuts_its_sender(scene: Scene) -> None:
    sub = scene.broker.listener()
    monitor = sub.get_monitor_socket(zmq.EVENT_DISCONNECTED)
    sub.subscribe(bytes(2000))
    await_event(sub, monitor, zmq.EVENT_DISCONNECTED)
    scene.is_deaf(sub)


def stranger_xpub(broker: RunningBroker, mechanism: str) -> zmq.Socket[bytes]:
    if mechanism == "CURVE":
        return broker.keep(
            sockets.publish_xpub(broker.context, KeyPair.generate(), broker.keys.broker.public)
        )
    xpub = broker.keep(broker.context.socket(zmq.XPUB))
    if mechanism == "PLAIN":
        xpub.setsockopt(zmq.PLAIN_USERNAME, broker.token().username.encode())
        xpub.setsockopt(zmq.PLAIN_PASSWORD, broker.token().password.encode())
    return xpub


@pytest.mark.parametrize("mechanism", ["NULL", "PLAIN", "CURVE"])
def test_a_strangers_publication_reaches_nobody(scene: Scene, mechanism: str) -> None:
    for address in (scene.broker.publish, scene.broker.subscribe):
        stranger = stranger_xpub(scene.broker, mechanism)
        refused(stranger, address)
        stranger.send_multipart([HANDLE, b"forged"])
        scene.still_works()
        assert not stranger.poll(QUIET_MS)


def test_a_listener_with_a_good_token_cannot_publish(scene: Scene) -> None:
    token = scene.broker.token(device=66)
    publisher = scene.broker.keep(scene.broker.context.socket(zmq.PUB))
    publisher.setsockopt(zmq.PLAIN_USERNAME, token.username.encode())
    publisher.setsockopt(zmq.PLAIN_PASSWORD, token.password.encode())
    refused(publisher, scene.broker.subscribe)  # a PUB is no peer of an XPUB
    scene.still_works()


def fails_open(context: zmq.Context[zmq.Socket[bytes]], own: KeyPair) -> zmq.Socket[bytes]:
    """A CURVE XSUB as one would make it without knowing of ZAP."""
    xsub = context.socket(zmq.XSUB)
    xsub.setsockopt(zmq.CURVE_SERVER, 1)
    xsub.setsockopt(zmq.CURVE_SECRETKEY, own.secret_z85)
    return xsub


@pytest.mark.parametrize("make", [sockets.broker_xsub, fails_open])
def test_without_a_zap_handler_nobody_gets_in(
    make: Callable[[zmq.Context[zmq.Socket[bytes]], KeyPair], zmq.Socket[bytes]],
) -> None:
    """Everybody is let in by libzmq where no handler is bound, unless the domain is enforced."""
    own = KeyPair.generate()
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    xsub = make(context, own)
    address = sockets.bind(xsub, "tcp://127.0.0.1:*")
    xsub.send(b"\x01")
    stranger = sockets.publish_xpub(context, KeyPair.generate(), own.public)
    sockets.connect(stranger, address)
    monitor = stranger.get_monitor_socket(FAILED)
    if make is fails_open:  # so that this test is known to see a publication that gets through
        eventually(lambda: xsub.poll(0) or stranger.poll(10))  # XSUB subscribes when it is called
        stranger.send_multipart([HANDLE, b"forged"])
        assert receive(xsub) == [HANDLE, b"forged"]
        monitor.close()
    else:
        await_event(stranger, monitor, FAILED)
        stranger.send_multipart([HANDLE, b"forged"])
        assert not xsub.poll(QUIET_MS)
        assert not stranger.poll(QUIET_MS)
    context.destroy(linger=0)


GARBAGE = {
    "http": b"GET / HTTP/1.1\r\nHost: chat\r\n\r\n",
    "zeros": bytes(4096),
    "random": secrets.token_bytes(65536),
    "greeting only": b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x03\x01PLAIN",
    "a frame that claims gigabytes": b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x03\x00NULL"
    + bytes(16 + 32)
    + b"\x02\x7f\xff\xff\xff\xff\xff\xff\xff",
    "nothing": b"",
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_changes_nothing(scene: Scene, name: str) -> None:
    for port in (scene.broker.publish_port, scene.broker.subscribe_port):
        for _ in range(20):
            with (
                socket.create_connection(("127.0.0.1", port)) as raw,
                suppress(ConnectionResetError, BrokenPipeError),
            ):
                raw.sendall(GARBAGE[name])
    scene.still_works()
    assert scene.broker.process.running
