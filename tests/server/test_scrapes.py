"""The metrics' page is served while others hold connections, and none is held for ever."""

from __future__ import annotations

import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from tests.support.ports import free_port
from tests.support.waiting import eventually
from zmqchat.server.scrapes import MOST_CONNECTIONS, Scrapes

_MB = 1024 * 1024


class Page:
    def __init__(self) -> None:
        self.made = 0
        self.text = b"zmqchat_sessions 0.0\n"

    def __call__(self) -> bytes:
        self.made += 1
        return self.text


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture(autouse=True)
def scrapes(page: Page, port: int) -> Iterator[Scrapes]:
    scrapes = Scrapes(port, page, "text/plain", patience_s=0.5)
    yield scrapes
    scrapes.stop()


def fetched(port: int, path: str = "/metrics") -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as page:
        assert page.headers["Content-Type"] == "text/plain"
        data: bytes = page.read()
        return data


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def test_a_page_of_any_size_is_whole(page: Page, port: int) -> None:
    page.text = b"x" * 3 * _MB
    assert fetched(port) == page.text
    assert fetched(port, "/?name=a") == page.text


@pytest.mark.parametrize(("path", "method", "status"), [("/x", "GET", 404), ("/", "POST", 405)])
def test_there_is_no_other_page(port: int, path: str, method: str, status: int) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=20)
    assert refused.value.code == status
    refused.value.close()


def test_connections_that_say_nothing_keep_nobody_out_and_are_closed(port: int) -> None:
    threads = threading.active_count()
    with ExitStack() as stack:
        silent = [stack.enter_context(connected(port)) for _ in range(10 * MOST_CONNECTIONS)]
        assert fetched(port) == b"zmqchat_sessions 0.0\n"
        assert threading.active_count() == threads
        for each in silent:
            assert _is_closed(each)


def test_a_request_without_an_end_is_cut(port: int) -> None:
    with connected(port) as endless, pytest.raises(ConnectionError):
        for _ in range(1_000):
            endless.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 64 * 1024)


def test_a_reader_that_does_not_read_is_cut(page: Page, port: int, scrapes: Scrapes) -> None:
    page.text = b"x" * 16 * _MB
    with connected(port) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\n\r\n")
        eventually(lambda: page.made)
        assert len(fetched(port)) == len(page.text)  # others are served meanwhile
        eventually(lambda: not scrapes._open)
        received = 0
        with suppress(ConnectionResetError):
            while part := slow.recv(_MB):
                received += len(part)
        assert received < len(page.text)


def _is_closed(tcp: socket.socket) -> bool:
    try:
        return tcp.recv(1) == b""
    except ConnectionResetError:
        return True


def test_many_scrapes_at_once_make_one_page(page: Page, port: int) -> None:
    with ExitStack() as stack:
        asking = [stack.enter_context(connected(port)) for _ in range(MOST_CONNECTIONS)]
        for each in asking:
            each.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
        for each in asking:
            assert each.recv(4096).startswith(b"HTTP/1.1 200 OK\r\n")
    assert page.made < MOST_CONNECTIONS
