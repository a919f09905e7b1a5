"""A client's connections: to the server for requests, to a broker for publications."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import zmq

from zmqchat.client.connection import Monitored, context
from zmqchat.protocol.replies import ListenToken
from zmqchat.security import sockets
from zmqchat.security.keys import KeyPair
from zmqchat.security.links import JoinLink, bracketed

_FAREWELL_MS = 200

Messages = list[list[bytes]]
"""All messages that were there at once, each in its parts."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Who hears what comes, and what befalls each of the connections."""

    replies: Callable[[Messages], None]
    publications: Callable[[Messages], None]
    befell_requests: Callable[[zmq.Event], None]
    befell_listener: Callable[[zmq.Event], None]


class Transport:
    """At most one connection of each kind; a new one takes the old one's place."""

    def __init__(self, link: JoinLink, device: KeyPair, heard: Heard) -> None:
        self._loop = asyncio.get_running_loop()
        self._link = link
        self._device = device
        self._heard = heard
        self._dealer: Monitored | None = None
        self._listener: Monitored | None = None

    def dial(self) -> None:
        """A fresh request connection."""
        self.hang_up()
        dealer = sockets.request_dealer(context(), self._device, self._link.key)
        heard = self._heard
        self._dealer = Monitored(self._loop, dealer, heard.replies, heard.befell_requests)
        sockets.connect(dealer, self._link.address)

    def hang_up(self) -> None:
        """No request connection any more; what waits there is not sent."""
        if self._dealer is not None:
            self._dealer.close()
            self._dealer = None

    def send(self, request: bytes) -> None:
        """A request frame, if there is a connection."""
        if self._dealer is not None:
            self._dealer.send(request)

    def listen(self, broker: str, token: ListenToken) -> None:
        """A fresh SUB to `broker`, whose host `*` is the server's."""
        if self._listener is not None:
            self._listener.close()
        listener = sockets.listen_sub(context(), token)
        heard = self._heard
        self._listener = Monitored(self._loop, listener, heard.publications, heard.befell_listener)
        sockets.connect(listener, broker.replace("*", bracketed(self._link.host)))

    def subscribe(self, topics: Iterable[bytes]) -> None:
        """Subscribe to topics, in order."""
        self._set(zmq.SUBSCRIBE, topics)

    def unsubscribe(self, topics: Iterable[bytes]) -> None:
        """Take subscriptions back."""
        self._set(zmq.UNSUBSCRIBE, topics)

    def _set(self, option: int, topics: Iterable[bytes]) -> None:
        if self._listener is not None:
            for topic in topics:
                self._listener.socket.setsockopt(option, topic)

    def close(self) -> None:
        """Close both; a farewell that was just sent has a moment to leave."""
        if self._dealer is not None:
            self._dealer.socket.setsockopt(zmq.LINGER, _FAREWELL_MS)
        self.hang_up()
        if self._listener is not None:
            self._listener.close()
            self._listener = None
