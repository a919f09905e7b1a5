"""Hanging up ends the connection that was meant, and no other."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from zmqchat.runtime.peers import hang_up


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
