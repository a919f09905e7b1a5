"""What strangers and hostile members try on the ROUTER: nothing changes, nobody else notices."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
import zmq
from zmq.utils.monitor import parse_monitor_message

from tests.attack.curve import CurvePeer
from tests.domain.realms import says
from tests.server.running import Client, RunningServer, deaf, raw
from tests.support.waiting import eventually
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.errors import Code
from zmqchat.protocol import codec
from zmqchat.protocol import requests as ask
from zmqchat.protocol.limits import REQUEST_BYTES
from zmqchat.protocol.replies import Accepted, Beat, OpenedRooms, Sent, Welcome
from zmqchat.security.keys import KeyPair

_MB = 1024 * 1024
_SLACK = 48 * _MB  # allocators keep what they had once


@pytest.fixture
def alice(server: RunningServer) -> Iterator[Client]:
    """A member who wants to go on working."""
    with Client(server) as client:
        client.hello("alice")
        yield client
        (result,) = client.get(Sent, ask.Send([says(GENERAL_ID, "still here")])).results
        assert isinstance(result, Accepted)


def _is_turned_away(dealer: zmq.Socket[bytes], port: int) -> bool:
    """Connects, and waits until the handshake fails or the connection is closed on it."""
    events = zmq.EVENT_HANDSHAKE_SUCCEEDED | zmq.EVENT_DISCONNECTED
    events |= zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL | zmq.EVENT_HANDSHAKE_FAILED_AUTH
    monitor = dealer.get_monitor_socket(events | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL)
    dealer.connect(f"tcp://127.0.0.1:{port}")
    dealer.send(codec.encode(ask.Request(1, ask.Rooms())))
    assert monitor.poll(20_000), "neither let in nor turned away"
    event = parse_monitor_message(monitor.recv_multipart())["event"]
    dealer.disable_monitor()
    monitor.close()
    return event != zmq.EVENT_HANDSHAKE_SUCCEEDED


@pytest.mark.parametrize("mechanism", ["NULL", "PLAIN", "CURVE for another server"])
def test_only_curve_for_this_realm_is_let_in(
    server: RunningServer, alice: Client, mechanism: str
) -> None:
    with zmq.Context() as context, context.socket(zmq.DEALER) as dealer:
        dealer.linger = 0
        if mechanism == "PLAIN":
            dealer.plain_username, dealer.plain_password = b"alice", b"secret"
        elif mechanism != "NULL":
            own = KeyPair.generate()
            dealer.curve_publickey, dealer.curve_secretkey = own.public_z85, own.secret_z85
            dealer.curve_serverkey = KeyPair.generate().public_z85
            dealer.handshake_ivl = 500  # the server is silent to what it cannot open
        assert _is_turned_away(dealer, server.port)
        assert dealer.poll(0) == 0


@pytest.mark.parametrize(
    "data",
    [
        os.urandom(4096),
        b"GET / HTTP/1.1\r\n\r\n",
        b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"CURVE".ljust(20, b"\0") + bytes(32) + b"\x04\xff",
        b"\xff" * 64,
    ],
)
def test_bytes_that_are_no_zeromq_change_nothing(
    server: RunningServer, alice: Client, data: bytes
) -> None:
    for _ in range(20):
        with raw(server) as connection:
            connection.sendall(data)
            assert isinstance(alice.ask(ask.Heartbeat()).ok, Beat)


def _garbage() -> Iterator[bytes]:
    yield from (b"", b"\xc1", b"\x91" * 5_000, os.urandom(2_000))
    yield codec.encode({"id": 1, "body": {"type": "shutdown"}})
    yield codec.encode({"id": 1, "body": {"type": "y" * 50_000}})
    yield codec.encode({"id": 1, "body": {"type": "bye", "x" * 50_000: 1}})
    yield codec.encode(ask.Request(1, ask.Hello([77], "eve", "t")))
    yield codec.encode(ask.Request(1, ask.Send([says(GENERAL_ID, "no session")])))
    yield codec.encode(ask.Request(1, ask.Heartbeat()))[:-1]


def test_garbage_changes_nothing_and_memory_stays_level(
    server: RunningServer, alice: Client
) -> None:
    frames = list(_garbage())
    with Client(server) as eve:
        before = _flood(eve, frames, 1_000) and server.memory
        assert _flood(eve, frames, 6_000)
        assert server.memory - before < _SLACK
    beat = alice.get(Beat, ask.Heartbeat())
    assert [(head.room, head.seq) for head in beat.heads] == [(GENERAL_ID, 1)]


def _flood(eve: Client, frames: list[bytes], count: int) -> bool:
    """Sends so many frames, and reads the answers, each of which is a short refusal."""
    for number in range(count):
        eve.socket.send(frames[number % len(frames)])
        data = eve.socket.recv()
        assert codec.decode_reply(data).error is not None
        assert len(data) < 1_000
    return True


def test_a_frame_that_is_too_large_costs_its_sender_the_connection(
    server: RunningServer, alice: Client
) -> None:
    with CurvePeer(server.port, server.keys.realm.public, KeyPair.generate(), b"") as eve:
        eve.send(bytes(REQUEST_BYTES))
        assert codec.decode_reply(eve.receive()).error is not None
        with suppress(ConnectionError):  # cut while it still sends
            eve.send(bytes(REQUEST_BYTES + 100_000))
        assert eve.is_cut()
    assert isinstance(alice.ask(ask.Heartbeat()).ok, Beat)


def test_messages_of_another_shape_are_dropped(server: RunningServer, alice: Client) -> None:
    with Client(server) as eve:
        for parts in ([b"", b""], [b"", codec.encode(ask.Request(1, ask.Rooms()))], [b"x"] * 50):
            eve.socket.send_multipart(parts)
        assert eve.refused(ask.Rooms()).code == Code.NO_SESSION


def test_a_member_who_does_not_read_is_cut_and_others_are_served(
    server: RunningServer, alice: Client
) -> None:
    with closing(deaf(server)) as eve:
        eve.hello("eve")
        request = codec.encode(ask.Request(1, ask.Heartbeat()))

        def is_cut() -> bool:
            _send_some(eve, request, 5_000)
            assert isinstance(alice.ask(ask.Heartbeat()).ok, Beat)
            return "user=eve why=did not read its replies" in server.log

        eventually(is_cut, 40)


def test_a_stranger_who_does_not_read_is_cut_too(server: RunningServer, alice: Client) -> None:
    def send_without_reading(eve: CurvePeer) -> None:
        for _ in range(500_000):
            eve.send(b"garbage")

    key = KeyPair.generate()
    with (
        CurvePeer(server.port, server.keys.realm.public, key, b"") as eve,
        pytest.raises(ConnectionError),
    ):
        send_without_reading(eve)


def _send_some(client: Client, frame: bytes, count: int) -> None:
    try:
        for _ in range(count):
            client.socket.send(frame, zmq.DONTWAIT)
    except zmq.Again:
        return


# ── identities ───────────────────────────────────────────────────────────────────────────────────


def test_a_routing_id_of_ones_own_gives_no_session(server: RunningServer, alice: Client) -> None:
    with Client(server, routing_id=b"alice") as eve:
        fault = eve.refused(ask.Hello([1], "eve", "t", server.keys.join))
        assert fault.code == Code.BAD_REQUEST
        assert "routing id" in fault.message
        assert eve.refused(ask.Rooms()).code == Code.NO_SESSION


def test_a_routing_id_that_looks_like_the_servers_gets_nobody_elses_session(
    server: RunningServer, alice: Client
) -> None:
    """Libzmq lets no DEALER choose an id that begins with 0; bare bytes may say what they like."""
    realm = server.keys.realm.public
    device = KeyPair.generate()
    hello = ask.Hello([1], "eve", "t", server.keys.join)
    with CurvePeer(server.port, realm, device, b"\0evil") as eve:
        eve.send(codec.encode(ask.Request(1, hello)))
        assert isinstance(codec.decode_reply(eve.receive()).ok, Welcome)  # as itself, by its key
        with CurvePeer(server.port, realm, KeyPair.generate(), b"\0evil") as twin:
            # The id is held: who comes second is not heard at all, and the first keeps it.
            twin.send(codec.encode(ask.Request(2, ask.Bye())))
            eve.send(codec.encode(ask.Request(3, ask.Heartbeat())))
            assert codec.decode_reply(eve.receive()).id == 3
    eventually(lambda: "session closed user=eve" in server.log)
    with CurvePeer(server.port, realm, KeyPair.generate(), b"\0evil") as heir:
        # Its session was the first one's alone, though the id is free now.
        heir.send(codec.encode(ask.Request(4, ask.OpenRooms([GENERAL_ID]))))
        error = codec.decode_reply(heir.receive()).error
        assert error is not None
        assert error.code == Code.NO_SESSION
    assert len(alice.get(OpenedRooms, ask.OpenRooms([GENERAL_ID])).rooms) == 1


def test_an_open_connection_that_says_nothing_holds_nobody_up(
    server: RunningServer, alice: Client
) -> None:
    connections = [raw(server) for _ in range(200)]
    try:
        with Client(server) as bob:
            assert bob.hello("bob").name == "bob"
    finally:
        for connection in connections:
            connection.shutdown(socket.SHUT_RDWR)
            connection.close()
