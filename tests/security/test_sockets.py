"""Every socket has the options that the design asks for, and binding says what is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest
import zmq
import zmq.asyncio

from tests.support.ipv6 import fake_names, has_ipv6, needs_ipv6
from tests.support.ports import free_port
from zmqchat.errors import Code, Unavailable, UsageError
from zmqchat.protocol import limits
from zmqchat.protocol.replies import ListenToken
from zmqchat.security import sockets
from zmqchat.security.keys import KeyPair
from zmqchat.security.links import bracketed

OWN, OTHER = KeyPair.generate(), KeyPair.generate()
Make = Callable[[zmq.Context[Any]], zmq.Socket[Any]]
SERVERS: dict[str, tuple[Make, str]] = {
    "request_router": (lambda c: sockets.request_router(c, OWN), sockets.REQUEST_DOMAIN),
    "broker_xsub": (lambda c: sockets.broker_xsub(c, OWN), sockets.PUBLISH_DOMAIN),
    "broker_xpub": (sockets.broker_xpub, sockets.LISTEN_DOMAIN),
}
CLIENTS: dict[str, Make] = {
    "request_dealer": lambda c: sockets.request_dealer(c, OWN, OTHER.public),
    "publish_xpub": lambda c: sockets.publish_xpub(c, OWN, OTHER.public),
    "listen_sub": lambda c: sockets.listen_sub(c, ListenToken("1.2.3", "p", 3)),
}
ALL = {**{name: make for name, (make, _) in SERVERS.items()}, **CLIENTS}


class _Context(zmq.Context[zmq.Socket[bytes]]):
    """Holds its sockets: pyzmq warns of those that are collected before they are closed."""

    held: ClassVar[list[zmq.Socket[bytes]]] = []

    def socket(self, *arguments: Any, **options: Any) -> Any:
        made = super().socket(*arguments, **options)
        self.held.append(made)
        return made


@pytest.fixture
def context() -> Iterator[zmq.Context[zmq.Socket[bytes]]]:
    context = _Context()
    yield context
    context.destroy(linger=0)
    context.held.clear()


@pytest.mark.parametrize("name", ALL)
def test_every_socket_is_bounded(context: zmq.Context[Any], name: str) -> None:
    socket = ALL[name](context)

    def option(number: int) -> int:
        return int(socket.getsockopt(number))

    assert 0 < option(zmq.MAXMSGSIZE) <= 8 * 1024 * 1024
    assert option(zmq.HANDSHAKE_IVL) == 10_000
    assert option(zmq.HEARTBEAT_IVL) == 0  # its timer aborts the process on a full, dead pipe
    assert option(zmq.TCP_KEEPALIVE) == 1
    assert option(zmq.TCP_MAXRT) == 30_000
    assert option(zmq.BACKLOG) >= 1024
    assert 0 <= option(zmq.LINGER) <= 1_000
    assert option(zmq.RCVHWM) > 0
    assert (option(zmq.SNDHWM) == 0) == (name == "listen_sub")


@pytest.mark.parametrize("name", SERVERS)
def test_every_bound_socket_enforces_zap(context: zmq.Context[Any], name: str) -> None:
    make, domain = SERVERS[name]
    socket = make(context)
    assert socket.getsockopt_string(zmq.ZAP_DOMAIN) == domain
    assert socket.getsockopt(zmq.ZAP_ENFORCE_DOMAIN) == 1
    mechanism = zmq.PLAIN if name == "broker_xpub" else zmq.CURVE
    assert socket.getsockopt(zmq.MECHANISM) == mechanism


@pytest.mark.parametrize("name", CLIENTS)
def test_no_client_speaks_null(context: zmq.Context[Any], name: str) -> None:
    assert CLIENTS[name](context).getsockopt(zmq.MECHANISM) != zmq.NULL


def test_limits_are_those_of_the_protocol(context: zmq.Context[Any]) -> None:
    largest = {name: make(context).getsockopt(zmq.MAXMSGSIZE) for name, make in ALL.items()}
    assert largest == {
        "request_router": limits.REQUEST_BYTES + limits.SOCKET_SLACK,
        "request_dealer": limits.REPLY_BYTES + limits.SOCKET_SLACK,
        "broker_xsub": limits.SEALED_BYTES + limits.SOCKET_SLACK,
        "listen_sub": limits.SEALED_BYTES + limits.SOCKET_SLACK,
        "publish_xpub": limits.SUBSCRIPTION_BYTES,
        "broker_xpub": limits.SUBSCRIPTION_BYTES,
    }


def test_a_reply_to_nobody_raises(context: zmq.Context[Any]) -> None:
    router = sockets.request_router(context, OWN)
    with pytest.raises(zmq.ZMQError) as caught:
        router.send_multipart([b"nobody", b"x"])
    assert caught.value.errno == zmq.EHOSTUNREACH


def test_an_asyncio_context_makes_asyncio_sockets() -> None:
    async def scenario() -> None:
        context = zmq.asyncio.Context()
        dealer: zmq.asyncio.Socket = sockets.request_dealer(context, OWN, OTHER.public)
        assert isinstance(dealer, zmq.asyncio.Socket)
        context.destroy(linger=0)

    asyncio.run(scenario())


def test_binding_tells_the_port(context: zmq.Context[Any]) -> None:
    address = sockets.bind(context.socket(zmq.PULL), "tcp://127.0.0.1:*")
    assert int(address.removeprefix("tcp://127.0.0.1:")) > 0


def test_a_port_in_use_is_one_clear_line(context: zmq.Context[Any]) -> None:
    address = sockets.bind(context.socket(zmq.PULL), "tcp://127.0.0.1:*")
    port = address.rpartition(":")[2]
    with pytest.raises(Unavailable) as caught:
        sockets.bind(context.socket(zmq.PULL), address)
    assert caught.value.code is Code.PORT_IN_USE
    assert caught.value.message.startswith(f"port {port} on 127.0.0.1 is in use by another program")


@pytest.mark.parametrize("address", ["", "tcp://", "5556", "tcp://127.0.0.1", "smtp://x:1",
                                     "tcp://127.0.0.1:99999", "tcp://no.such.if.:1"])  # fmt: skip
def test_an_impossible_address_is_one_clear_line(context: zmq.Context[Any], address: str) -> None:
    with pytest.raises(UsageError, match="cannot listen on"):
        sockets.bind(context.socket(zmq.PULL), address)


@pytest.mark.parametrize("address", ["", "5556", "smtp://x:1", "tcp://127.0.0.1", "tcp://h:65536"])
def test_connecting_nowhere_is_one_clear_line(context: zmq.Context[Any], address: str) -> None:
    with pytest.raises(UsageError, match="cannot connect to"):
        sockets.connect(context.socket(zmq.PUSH), address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_wildcard_is_reached_by_every_name(context: zmq.Context[Any], host: str) -> None:
    pull, push = context.socket(zmq.PULL), context.socket(zmq.PUSH)
    port = sockets.bind(pull, "tcp://*:*").rpartition(":")[2]
    if host == "[::1]" and not has_ipv6():
        pytest.skip("no IPv6 here")
    sockets.connect(push, f"tcp://{host}:{port}")
    push.send(b"x")
    assert pull.poll(20_000)


@needs_ipv6
@pytest.mark.parametrize("addresses", [["::1"], ["127.0.0.1", "::1"], ["::1", "127.0.0.1"]])
def test_a_name_is_bound_at_all_of_its_addresses(
    context: zmq.Context[Any], addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_names(monkeypatch, chat_example=addresses)
    pull = context.socket(zmq.PULL)
    port = free_port()
    sockets.bind(pull, f"tcp://chat.example:{port}")
    for address in addresses:
        push = context.socket(zmq.PUSH)
        sockets.connect(push, f"tcp://{bracketed(address)}:{port}")
        push.send(address.encode())
        assert pull.poll(20_000), address
        assert pull.recv().decode() == address


def test_an_address_that_this_machine_lacks_is_no_obstacle_where_there_is_another(
    context: zmq.Context[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for addresses in (["192.0.2.7", "127.0.0.1"], ["127.0.0.1", "192.0.2.7"]):
        fake_names(monkeypatch, chat_example=addresses)
        bound = sockets.bind(context.socket(zmq.PULL), f"tcp://chat.example:{free_port()}")
        assert bound.startswith("tcp://127.0.0.1:")
    fake_names(monkeypatch, chat_example=["192.0.2.7"])
    with pytest.raises(UsageError, match="cannot listen on"):
        sockets.bind(context.socket(zmq.PULL), f"tcp://chat.example:{free_port()}")


@pytest.mark.parametrize(
    ("addresses", "ipv6"),
    [(["::1"], 1), (["::1", "127.0.0.1"], 0), (["127.0.0.1"], 0), ([], 1)],
)
def test_a_name_is_dialled_in_a_family_that_it_has(
    context: zmq.Context[Any], addresses: list[str], ipv6: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_names(monkeypatch, **({"broker_example": addresses} if addresses else {}))
    push = context.socket(zmq.PUSH)
    sockets.connect(push, "tcp://broker.example:5556")
    assert push.getsockopt(zmq.IPV6) == ipv6


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("0.0.0.0", "tcp://*:1"),
        ("::", "tcp://*:1"),
        ("::1", "tcp://[::1]:1"),
        ("chat.example", "tcp://chat.example:1"),
    ],
)
def test_a_host_is_listened_at(host: str, address: str) -> None:
    assert sockets.listening_at(host, 1) == address
