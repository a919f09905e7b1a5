"""What the proxies do to connections, as both of their ends see it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

import pytest

from tests.chaos.proxy import Proxies
from tests.support.peers import Peer
from tests.support.ports import free_port
from tests.support.waiting import eventually

_LINK = ("link",)


def _echo(connection: socket.socket) -> None:
    with suppress(OSError):
        while data := connection.recv(4096):
            connection.sendall(data)


@pytest.fixture(name="proxies")
def proxies_fixture() -> Iterator[Proxies]:
    """A link to an echo, on a port of its own."""
    with Peer(_echo) as far, Proxies() as proxies:
        proxies.add(_LINK[0], ("127.0.0.1", free_port()), ("127.0.0.1", far.port))
        yield proxies


def _dial(proxies: Proxies) -> socket.socket:
    connection = socket.create_connection(proxies.place(_LINK[0]), timeout=20)
    assert _echoed(connection, b"hello") == b"hello"
    return connection


def _echoed(connection: socket.socket, data: bytes) -> bytes:
    connection.sendall(data)
    return _received(connection, len(data))


def _received(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        data += connection.recv(count - len(data))
    return data


def _is_silent(connection: socket.socket) -> bool:
    """Whether nothing comes back, and nobody hangs up."""
    connection.settimeout(0.1)
    try:
        connection.sendall(b"hello?")
        return connection.recv(1) is None
    except TimeoutError:
        return True


def test_it_carries_in_order_and_hangs_up_with_either_end(proxies: Proxies) -> None:
    with _dial(proxies) as connection:
        for number in range(100):
            line = b"%d " % number * 500
            assert _echoed(connection, line) == line


@pytest.mark.parametrize("fault", ["cut", "refuse"])
def test_who_is_cut_hears_of_it(proxies: Proxies, fault: str) -> None:
    with _dial(proxies) as connection:
        getattr(proxies, fault)(_LINK)
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_who_is_refused_may_come_again(proxies: Proxies) -> None:
    proxies.refuse(_LINK)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(proxies.place(_LINK[0]), timeout=20)
    proxies.accept(_LINK)
    _dial(proxies).close()


def test_a_half_open_connection_is_silent_for_good_and_others_are_not(proxies: Proxies) -> None:
    with _dial(proxies) as connection:
        assert proxies.half_open(_LINK) == 1
        assert _is_silent(connection)
        with _dial(proxies) as other:
            assert _echoed(other, b"hello") == b"hello"
        assert _is_silent(connection)


def test_what_is_swallowed_never_arrives_and_is_reset_in_the_end(proxies: Proxies) -> None:
    with _dial(proxies) as connection, _dial(proxies) as idle:
        proxies.swallow(_LINK)
        assert _is_silent(connection)
        eventually(partial(proxies.hit, _LINK))
        proxies.spit(_LINK)
        connection.settimeout(20)
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
        assert _echoed(idle, b"hello") == b"hello"


def test_what_is_delayed_arrives_in_order(proxies: Proxies) -> None:
    with _dial(proxies) as connection:
        proxies.delay(_LINK, 0.05)
        connection.sendall(b"one ")
        connection.sendall(b"two ")
        proxies.delay(_LINK, 0.0)
        connection.sendall(b"three")
        assert _received(connection, 13) == b"one two three"


@pytest.mark.parametrize("count", ["cut", "half_open"])
def test_where_nothing_is_connected_nothing_is_hit(proxies: Proxies, count: str) -> None:
    hit: Callable[[tuple[str, ...]], int] = getattr(proxies, count)
    assert hit(_LINK) == 0
