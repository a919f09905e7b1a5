"""Names have addresses of two families, and what listens there is looked at before it is judged."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable, Iterator

import pytest
import zmq

from tests.support import peers
from tests.support.ipv6 import fake_names, needs_ipv6
from tests.support.peers import Peer
from tests.support.waiting import eventually_async
from zmqchat.client.reaching import knock, reachable
from zmqchat.client.transport import Heard, Transport
from zmqchat.errors import PeerError
from zmqchat.protocol.replies import ListenToken
from zmqchat.security import sockets
from zmqchat.security.keys import KeyPair
from zmqchat.security.knock import Found
from zmqchat.security.links import JoinLink

OWN = KeyPair.generate()
_FOUND: dict[Callable[[socket.socket], None], Found] = {
    peers.closes: Found.CLOSED,
    peers.resets: Found.CLOSED,
    peers.is_silent: Found.SILENT,
    peers.speaks_http: Found.FOREIGN,
    peers.greets_and_dies: Found.CLOSED,
    peers.greets_and_is_silent: Found.SILENT,
    peers.says_half_a_greeting: Found.CLOSED,
    peers.is_another_protocol: Found.FOREIGN,
}


@pytest.mark.parametrize("behave", peers.AWAY_IN_MANY_WAYS)
def test_nobody_is_taken_for_a_stranger_who_was_not_seen_to_be_one(
    behave: Callable[[socket.socket], None],
) -> None:
    with Peer(behave) as peer:
        found = asyncio.run(knock("127.0.0.1", peer.port, OWN.public, 1.0))
    assert found is _FOUND[behave]


def test_a_real_server_holds_its_key_or_another() -> None:
    with zmq.Context() as context, sockets.request_router(context, OWN) as router:
        port = int(sockets.bind(router, "tcp://127.0.0.1:*").rpartition(":")[2])
        assert asyncio.run(knock("127.0.0.1", port, OWN.public, 20)) is Found.HOLDS_KEY
        other = KeyPair.generate().public
        assert asyncio.run(knock("localhost", port, other, 20)) is Found.OTHER_KEY


def test_nobody_there_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = int(gone.getsockname()[1])
    assert asyncio.run(knock("127.0.0.1", port, OWN.public, 20)) is Found.AWAY


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "fe80::1%eth0"])
def test_an_address_needs_no_resolving(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_names(monkeypatch)
    assert asyncio.run(reachable(address, 1)) == address


def test_a_name_that_nobody_knows_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_names(monkeypatch)
    with pytest.raises(OSError, match="not known"):
        asyncio.run(reachable("nowhere.example", 1))


def test_so_is_one_that_there_cannot_be() -> None:
    with pytest.raises(OSError, match="can be no host"):
        asyncio.run(reachable("a..b", 1))


def test_a_way_that_breaks_off_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks_off(_reader: object, _size: int = -1) -> bytes:
        raise OSError(errno.EHOSTUNREACH, "No route to host")

    monkeypatch.setattr(asyncio.StreamReader, "read", breaks_off)
    with Peer(peers.is_silent) as peer:
        assert asyncio.run(knock("127.0.0.1", peer.port, OWN.public, 20)) is Found.AWAY


@needs_ipv6
@pytest.mark.parametrize("answers", ["127.0.0.1", "::1"])
def test_of_several_addresses_the_one_that_answers_is_dialled(
    answers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_names(monkeypatch, both_example=["::1", "127.0.0.1"])
    with Peer(peers.is_silent, answers) as peer:
        assert asyncio.run(reachable("both.example", peer.port)) == answers


class Ears:
    """Hears what befalls both connections."""

    def __init__(self) -> None:
        self.requests: list[zmq.Event] = []
        self.published: list[list[bytes]] = []
        self.all = Heard(
            lambda _: None, self.published.extend, self.requests.append, lambda _: None
        )


@pytest.fixture
def server() -> Iterator[tuple[str, int, str]]:
    """A ROUTER and a PUB on ::1: the host's only address, the port, and the broker's address."""
    with zmq.Context() as context, sockets.request_router(context, OWN) as router:
        port = int(sockets.bind(router, "tcp://[::1]:*").rpartition(":")[2])
        yield "::1", port, "tcp://*:1"


@needs_ipv6
@pytest.mark.parametrize("addresses", [["::1"], ["127.0.0.1", "::1"], ["::1", "127.0.0.1"]])
def test_a_server_that_has_ipv6_only_is_reached_by_its_name(
    addresses: list[str], server: tuple[str, int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_names(monkeypatch, chat_example=addresses)

    async def run() -> None:
        ears = Ears()
        link = JoinLink("chat.example", server[1], OWN.public)
        transport = Transport(link, KeyPair.generate(), ears.all)
        transport.dial()
        # There is nobody who answers for ZAP, so that it ends with HELLO; that is far enough.
        await eventually_async(lambda: zmq.Event.CONNECTED in ears.requests)
        assert transport.reached == "::1"
        transport.close()

    asyncio.run(run())


@needs_ipv6
def test_the_broker_of_the_dialled_host_is_heard_at_the_address_that_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake_names(monkeypatch, chat_example=["127.0.0.1", "::1"])

    async def run() -> None:
        with Peer(peers.is_silent, "::1") as requests, Peer(peers.is_silent, "::1") as broker:
            link = JoinLink("chat.example", requests.port, OWN.public)
            transport = Transport(link, KeyPair.generate(), Ears().all)
            transport.dial()
            await eventually_async(lambda: transport.reached == "::1")
            transport.listen(f"tcp://*:{broker.port}", ListenToken("1.2.3", "p", 3))
            await eventually_async(lambda: broker.accepted > 0)
            transport.close()

    asyncio.run(run())


def test_a_name_is_looked_for_until_somebody_knows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_names(monkeypatch)

    async def run() -> None:
        with Peer(peers.is_silent) as peer:
            ears = Ears()
            link = JoinLink("late.example", peer.port, OWN.public)
            transport = Transport(link, KeyPair.generate(), ears.all)
            transport.dial()
            await eventually_async(lambda: zmq.Event.CONNECT_RETRIED in ears.requests)
            fake_names(monkeypatch, late_example=["127.0.0.1"])
            await eventually_async(lambda: zmq.Event.CONNECTED in ears.requests)
            transport.close()

    asyncio.run(run())


@pytest.mark.parametrize("broker", ["tcp://*", "tcp://[::1:1", "nonsense", "tcp://h:99999", ""])
def test_a_broker_that_cannot_be_dialled_is_the_servers_fault(broker: str) -> None:
    async def run() -> None:
        transport = Transport(JoinLink("127.0.0.1", 1, OWN.public), OWN, Ears().all)
        with pytest.raises(PeerError):
            transport.listen(broker, ListenToken("1.2.3", "p", 3))
        transport.close()

    asyncio.run(run())
