"""Half a handshake by hand tells who holds a key, and who only did not answer."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
import zmq

from zmqchat.security import sockets
from zmqchat.security.keys import KeyPair
from zmqchat.security.knock import Found, Knock

_GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x01" + b"CURVE".ljust(20, b"\0") + bytes(32)
OWN = KeyPair.generate()


@pytest.fixture
def port() -> Iterator[int]:
    """A real server's ROUTER, which holds OWN."""
    with zmq.Context() as context, sockets.request_router(context, OWN) as router:
        yield int(sockets.bind(router, "tcp://127.0.0.1:*").rpartition(":")[2])


def _found(port: int, key: bytes) -> Found | None:
    knock = Knock(key)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as peer:
        peer.sendall(knock.greeting)
        while not knock.has_greeted:
            assert knock.receive(peer.recv(100)) is None
        peer.sendall(knock.hello)
        while data := peer.recv(100):
            if found := knock.receive(data):
                return found
    return knock.closed(asked=True)


def test_libzmq_answers_whoever_knows_its_key_and_nobody_else(port: int) -> None:
    assert _found(port, OWN.public) is Found.HOLDS_KEY
    assert _found(port, KeyPair.generate().public) is Found.OTHER_KEY


@pytest.mark.parametrize("heard", [b"", _GREETING[:1], _GREETING[:63]])
def test_who_hangs_up_before_greeting_is_not_known(heard: bytes) -> None:
    knock = Knock(OWN.public)
    assert knock.receive(heard) is None
    assert knock.closed(asked=True) is Found.CLOSED


def test_who_hangs_up_before_it_was_asked_is_not_known() -> None:
    knock = Knock(OWN.public)
    assert knock.receive(_GREETING) is None
    assert knock.closed(asked=False) is Found.CLOSED


def test_an_error_in_its_own_words_is_no_other_key() -> None:
    knock = Knock(OWN.public)
    assert knock.receive(_GREETING + b"\x04\x07\x05ERROR\x00") is Found.CLOSED


def test_a_welcome_that_does_not_open_is_another_keys() -> None:
    knock = Knock(OWN.public)
    welcome = b"\x04\xa8\x07WELCOME" + bytes(160)
    assert knock.receive(_GREETING + welcome[:-1]) is None
    assert knock.receive(welcome[-1:]) is Found.OTHER_KEY


@pytest.mark.parametrize(
    "heard",
    [
        b"HTTP/1.1 400",
        b"\x00",
        b"SSH-2.0-x\r\n",
        _GREETING.replace(b"CURVE", b"NULL\0"),
        _GREETING.replace(b"CURVE", b"PLAIN"),
        b"\xff" * 64,
        b"\xff" + bytes(8) + b"\x7f\x01",  # ZMTP 2
    ],
)
def test_what_is_no_curve_server_is_foreign_at_its_first_wrong_byte(heard: bytes) -> None:
    assert Knock(OWN.public).receive(heard) is Found.FOREIGN
