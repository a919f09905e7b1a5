"""A client's connections: to the server for requests, to a broker for publications."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import zmq

from zmqchat.client.connection import Monitored, context
from zmqchat.client.reaching import is_literal, reachable
from zmqchat.errors import PeerError
from zmqchat.protocol.replies import ListenToken
from zmqchat.security import sockets
from zmqchat.security.keys import KeyPair
from zmqchat.security.links import JoinLink, bracketed

_FAREWELL_MS = 200
_AGAIN_S = 0.5
"""Between looks for an address of the host, for whoever does not dial anew by themselves."""

Messages = list[list[bytes]]
"""All messages that were there at once, each in its parts."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Who hears what comes, and what befalls each of the connections."""

    replies: Callable[[Messages], None]
    publications: Callable[[Messages], None]
    befell_requests: Callable[[zmq.Event], None]
    befell_listener: Callable[[zmq.Event], None]


class _Line:
    """One connecting socket: it has somebody to talk to as soon as an address is found."""

    def __init__(
        self,
        socket: zmq.Socket[bytes],
        heard: Callable[[Messages], None],
        befell: Callable[[zmq.Event], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._befell = befell
        self._search: asyncio.Task[None] | None = None
        self.wire = Monitored(self._loop, socket, heard, befell)
        self.address: str | None = None
        """What is dialled, once it is known."""

    def connect(self, host: str, port: int) -> None:
        """Finds an address of the host, and connects to it."""
        if is_literal(host):
            self._dial(host, port)
        else:
            self._search = self._loop.create_task(self._find(host, port))

    async def _find(self, host: str, port: int) -> None:
        while self.address is None:
            try:
                self._dial(await reachable(host, port), port)
            except OSError:
                self._befell(zmq.Event.CONNECT_RETRIED)
                await asyncio.sleep(_AGAIN_S)

    def _dial(self, address: str, port: int) -> None:
        self.address = address
        sockets.connect(self.wire.socket, f"tcp://{bracketed(address)}:{port}")

    def close(self) -> None:
        """Closes the socket at once."""
        if self._search is not None:
            self._search.cancel()
        self.wire.close()


class Transport:
    """At most one connection of each kind; a new one takes the old one's place."""

    def __init__(self, link: JoinLink, device: KeyPair, heard: Heard) -> None:
        self._link = link
        self._device = device
        self._heard = heard
        self._dealer: _Line | None = None
        self._listener: _Line | None = None
        self._reached = link.host

    @property
    def reached(self) -> str:
        """The address of the host that is dialled, or the host where none is known yet."""
        found = self._dealer.address if self._dealer is not None else None
        self._reached = found or self._reached
        return self._reached

    def dial(self) -> None:
        """A fresh request connection."""
        self.hang_up()
        dealer = sockets.request_dealer(context(), self._device, self._link.key)
        self._dealer = _Line(dealer, self._heard.replies, self._heard.befell_requests)
        self._dealer.connect(self._link.host, self._link.port)

    def hang_up(self) -> None:
        """No request connection any more; what waits there is not sent."""
        if self._dealer is not None:
            self._dealer.close()
            self._dealer = None

    def send(self, request: bytes) -> None:
        """A request frame, if there is a connection."""
        if self._dealer is not None:
            self._dealer.wire.send(request)

    def listen(self, broker: str, token: ListenToken) -> None:
        """A fresh SUB to `broker`, whose host `*` is the server's."""
        if self._listener is not None:
            self._listener.close()
        listener = sockets.listen_sub(context(), token)
        heard = self._heard
        self._listener = _Line(listener, heard.publications, heard.befell_listener)
        host, port = _place(broker)
        # The server's own host by the address at which the server answered.
        self._listener.connect(self.reached if host == "*" else host, port)

    def subscribe(self, topics: Iterable[bytes]) -> None:
        """Subscribe to topics, in order."""
        self._set(zmq.SUBSCRIBE, topics)

    def unsubscribe(self, topics: Iterable[bytes]) -> None:
        """Take subscriptions back."""
        self._set(zmq.UNSUBSCRIBE, topics)

    def _set(self, option: int, topics: Iterable[bytes]) -> None:
        if self._listener is not None:
            for topic in topics:
                self._listener.wire.socket.setsockopt(option, topic)

    def close(self) -> None:
        """Close both; a farewell that was just sent has a moment to leave."""
        if self._dealer is not None:
            self._dealer.wire.socket.setsockopt(zmq.LINGER, _FAREWELL_MS)
        self.hang_up()
        if self._listener is not None:
            self._listener.close()
            self._listener = None


def _place(broker: str) -> tuple[str, int]:
    """Host and port of `tcp://HOST:PORT`; PeerError for what a server cannot have meant."""
    try:
        parts = urlsplit(broker)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port:
        raise PeerError(f"the server names a broker that cannot be dialled: {broker!r}")
    return host, port
