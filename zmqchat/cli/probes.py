"""Real connections that ask whether a server and a broker are there, and are the realm's own.

Neither needs a name: a server answers a stranger's request with `no-session`, encrypted with the
realm's key, and a broker answers a barrier to whoever has a listening token.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import time

import zmq

from zmqchat.client.handshakes import words
from zmqchat.client.reaching import knock, numeric
from zmqchat.errors import Code, Unavailable
from zmqchat.protocol import codec, topics
from zmqchat.protocol.replies import ListenToken
from zmqchat.protocol.requests import Request, Rooms
from zmqchat.security import sockets
from zmqchat.security.keys import KeyPair
from zmqchat.security.knock import Found
from zmqchat.security.links import JoinLink, bracketed

_WAIT_S = 3


def ask_server(link: JoinLink) -> float:
    """How many seconds a request to the server of `link` took, its connection included.

    Unavailable(UNREACHABLE) where nothing answers as a server does; Unavailable(KEY_MISMATCH)
    where a server was seen that does not hold the link's key.
    """
    place = f"{bracketed(link.host)}:{link.port}"
    address = _dial(link.host, link.port)
    found = asyncio.run(knock(address, link.port, link.key, _WAIT_S))
    if found is Found.OTHER_KEY:
        raise Unavailable(
            Code.KEY_MISMATCH,
            f"the server that listens at {place} does not hold the key of the join link: get a "
            "fresh link, or see what runs there",
        )
    started = time.monotonic()
    with (
        zmq.Context() as context,
        sockets.request_dealer(context, KeyPair.generate(), link.key) as dealer,
    ):
        sockets.connect(dealer, f"tcp://{bracketed(address)}:{link.port}")
        dealer.send(codec.encode(Request(1, Rooms())))
        if not dealer.poll(_WAIT_S * 1000):
            raise Unavailable(
                Code.UNREACHABLE,
                f"no server answers at {place}{words(found)}: see what runs there, and that the "
                "server is started",
            )
        codec.decode_reply(dealer.recv())
    return time.monotonic() - started


def ask_broker(host: str, port: int, token: ListenToken) -> float:
    """How many seconds the broker at `host` took to put a subscription into force.

    Unavailable(UNREACHABLE) where nothing listens or nothing answers.
    """
    address = _dial(host, port)
    started = time.monotonic()
    barrier = topics.barrier(secrets.token_bytes(8))
    with zmq.Context() as context, sockets.listen_sub(context, token) as listener:
        sockets.connect(listener, f"tcp://{bracketed(address)}:{port}")
        listener.subscribe(barrier)
        if not listener.poll(_WAIT_S * 1000):
            raise Unavailable(
                Code.UNREACHABLE,
                f"somebody listens at {bracketed(host)}:{port} and admits no listener of this "
                "realm: see that the broker has this realm's keys (`zmqchat admin broker-kit`)",
            )
        listener.recv_multipart()
    return time.monotonic() - started


def _dial(host: str, port: int) -> str:
    """The address of `host` where somebody listens; libzmq only waits where nobody does."""
    try:
        with socket.create_connection((host, port), _WAIT_S) as connection:
            return numeric(connection.getpeername())
    except OSError as error:
        raise Unavailable(
            Code.UNREACHABLE,
            f"nothing answers at {bracketed(host)}:{port} ({error.strerror or error}): see that it "
            "is started and that no firewall is between",
        ) from None
