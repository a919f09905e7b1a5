"""Hanging up ends the connection that was meant, and no other; and where a peer is."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from zmqchat.runtime.peers import address_of, hang_up, place_of


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
        client.settimeout(20)
        with client, server:
            yield server, client


def test_the_peer_sees_the_end_and_the_descriptor_stays(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    server, client = pair
    assert hang_up(server.fileno(), server.getsockname()[1], "127.0.0.1%lo")
    assert client.recv(1) == b""
    os.fstat(server.fileno())


def test_another_connection_under_the_number_is_left_alone(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    server, client = pair
    port = server.getsockname()[1]
    assert not hang_up(server.fileno(), port + 1)
    assert not hang_up(server.fileno(), port, "127.0.0.9")
    server.send(b"x")
    assert client.recv(1) == b"x"


def test_what_is_no_connection_is_left_alone() -> None:
    read_end, write_end = os.pipe()
    assert not hang_up(read_end, 5557)
    os.write(write_end, b"x")
    assert os.read(read_end, 1) == b"x"
    os.close(read_end)
    os.close(write_end)
    assert not hang_up(read_end, 5557)


def test_the_address_is_that_of_the_connection_at_this_port(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    server, _ = pair
    port = server.getsockname()[1]
    assert address_of(server.fileno(), port) == "127.0.0.1"
    assert address_of(server.fileno(), port + 1) is None
    assert address_of(server.fileno(), None) is None
    assert address_of(1_000_000, port) is None
    os.fstat(server.fileno())


def test_an_address_of_ipv6_is_whole() -> None:
    with (
        socket.create_server(("::1", 0), family=socket.AF_INET6) as listener,
        socket.create_connection(listener.getsockname()[:2]),
        listener.accept()[0] as server,
    ):
        assert address_of(server.fileno(), server.getsockname()[1]) == "::1"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("::ffff:a00:1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_limits_count_places_however_an_address_is_written(address: str, place: str) -> None:
    assert place_of(address) == place
