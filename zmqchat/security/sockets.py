"""Every socket of zmqchat, made with the options that DESIGN asks for, in one place.

Requests (DEALER, ROUTER) and the publish hop (server's XPUB, broker's XSUB) are CURVE; the fan-out
(broker's XPUB, SUB) is PLAIN with a listening token, for what it carries is sealed already. The
bound side always has a ZAP domain and enforces it: libzmq fails open otherwise.
The context decides the kind of socket: a `zmq.asyncio.Context` makes asyncio sockets.
"""

from __future__ import annotations

import errno
import socket as tcp
from typing import Any, TypeVar

import zmq

from zmqchat.errors import Code, Unavailable, UsageError
from zmqchat.protocol import limits
from zmqchat.protocol.replies import ListenToken
from zmqchat.security.keys import KeyPair, to_z85
from zmqchat.security.links import EVERYWHERE, bracketed

_S = TypeVar("_S", bound=zmq.Socket[Any])

REQUEST_DOMAIN = "zmqchat-request"
PUBLISH_DOMAIN = "zmqchat-publish"
LISTEN_DOMAIN = "zmqchat-listen"

_HANDSHAKE_MS = 10_000

# TCP asks whether a peer is still there, not ZMTP: libzmq 4.3.5 aborts the process when a
# HEARTBEAT_IVL timer meets a connection that died while its pipe was full and unread
# (stream_engine_base.cpp:310, `!_io_error`), which any peer can bring about.
_KEEPALIVE = {
    zmq.TCP_KEEPALIVE: 1,
    zmq.TCP_KEEPALIVE_IDLE: 10,  # seconds of silence, then
    zmq.TCP_KEEPALIVE_CNT: 4,  # so many probes
    zmq.TCP_KEEPALIVE_INTVL: 5,  # seconds apart: half a minute, and a peer is gone
}
_SILENCE_MS = 30_000  # unacknowledged bytes for so long: it is gone too
_BACKLOG = 1024
_LAST_PORT = 65_535
_ABSENT = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.ENODEV})
"""What binding says of a family or an address that this machine does not have."""
_RECONNECT_MS = 50
_RECONNECT_MAX_MS = 2_000
_FLUSH_MS = 1_000  # what was decided may still leave when the process stops

# Frames a peer may have waiting. A published frame waits once in memory however many subscribers
# it waits for; one that falls further behind loses frames and catches up from the server.
_SUBSCRIBER_FRAMES = 1_000
_PUBLISHED_FRAMES = 2_000
_REPLIES = 1_000
_REQUESTS = 64


def request_router(context: zmq.Context[_S], realm: KeyPair) -> _S:
    """The server's ROUTER: CURVE, MANDATORY so that a reply to a full or dead peer raises."""
    socket = _bounded(context, zmq.ROUTER, limits.REQUEST_BYTES + limits.SOCKET_SLACK)
    _curve_server(socket, realm, REQUEST_DOMAIN)
    socket.setsockopt(zmq.ROUTER_MANDATORY, 1)
    socket.setsockopt(zmq.ROUTER_HANDOVER, 0)  # with it, another key received someone's messages
    socket.setsockopt(zmq.SNDHWM, _REPLIES)
    socket.setsockopt(zmq.RCVHWM, _REQUESTS)
    socket.setsockopt(zmq.LINGER, _FLUSH_MS)
    return socket


def request_dealer(context: zmq.Context[_S], device: KeyPair, realm_public: bytes) -> _S:
    """A client's DEALER, for the server that holds `realm_public`."""
    socket = _bounded(context, zmq.DEALER, limits.REPLY_BYTES + limits.SOCKET_SLACK)
    _curve_client(socket, device, realm_public)
    socket.setsockopt(zmq.SNDHWM, _REQUESTS)
    socket.setsockopt(zmq.RCVHWM, _REPLIES)
    return socket


def publish_xpub(context: zmq.Context[_S], publisher: KeyPair, broker_public: bytes) -> _S:
    """The server's XPUB, which connects to brokers and sees their subscription (b"\\x01")."""
    socket = _bounded(context, zmq.XPUB, limits.SUBSCRIPTION_BYTES)
    _curve_client(socket, publisher, broker_public)
    socket.setsockopt(zmq.XPUB_VERBOSER, 1)  # each broker's subscription and leaving is told
    socket.setsockopt(zmq.SNDHWM, _PUBLISHED_FRAMES)
    socket.setsockopt(zmq.LINGER, _FLUSH_MS)
    return socket


def broker_xsub(context: zmq.Context[_S], broker: KeyPair) -> _S:
    """The broker's XSUB, which servers connect to; its domain allows the publisher's key alone."""
    socket = _bounded(context, zmq.XSUB, limits.SEALED_BYTES + limits.SOCKET_SLACK)
    _curve_server(socket, broker, PUBLISH_DOMAIN)
    socket.setsockopt(zmq.RCVHWM, _PUBLISHED_FRAMES)
    return socket


def broker_xpub(context: zmq.Context[_S]) -> _S:
    """The broker's XPUB: PLAIN with listening tokens, every subscription decided by hand."""
    socket = _bounded(context, zmq.XPUB, limits.SUBSCRIPTION_BYTES)
    socket.setsockopt(zmq.PLAIN_SERVER, 1)
    _enforce(socket, LISTEN_DOMAIN)
    socket.setsockopt(zmq.XPUB_MANUAL, 1)
    socket.setsockopt(zmq.SNDHWM, _SUBSCRIBER_FRAMES)
    return socket


def listen_sub(context: zmq.Context[_S], token: ListenToken) -> _S:
    """A SUB for a broker. A refused token is never tried again: make a new SUB with a fresh one."""
    socket = _bounded(context, zmq.SUB, limits.SEALED_BYTES + limits.SOCKET_SLACK)
    socket.setsockopt(zmq.PLAIN_USERNAME, token.username.encode())
    socket.setsockopt(zmq.PLAIN_PASSWORD, token.password.encode())
    socket.setsockopt(zmq.SNDHWM, 0)  # 1,000 of 20,000 subscriptions arrived without it
    socket.setsockopt(zmq.RCVHWM, _SUBSCRIBER_FRAMES)
    _reconnecting(socket)
    return socket


def listening_at(host: str, port: int) -> str:
    """The address to `bind` for a host without brackets; of "everywhere", both families."""
    place = "*" if host in EVERYWHERE else bracketed(host)
    return f"tcp://{place}:{port}"


def bind(socket: zmq.Socket[Any], address: str) -> str:
    """Binds, and returns the address with the port that was taken for `*` or 0.

    A name is bound at all of its addresses; `*` is every address of both families.
    Unavailable(PORT_IN_USE) where another program listens there, UsageError for what is no address.
    """
    places = _places(address) or [address]
    bound: list[str] = []
    for place in places:
        socket.setsockopt(zmq.IPV6, "//*" in place or "[" in place)
        try:
            _check_port(place)
            socket.bind(place)
        except zmq.ZMQError as error:
            absent = error.errno in _ABSENT
            if not (absent and (bound or place is not places[-1])):
                raise _bind_error(address, error) from None
        else:
            bound.append(str(socket.getsockopt_string(zmq.LAST_ENDPOINT)))
    return bound[0]


def connect(socket: zmq.Socket[Any], address: str) -> None:
    """Connects; UsageError for an address that cannot be one.

    A name is resolved whenever a connection is made: to IPv4, unless it has no such address now.
    """
    # For IPv6, libzmq takes a name's IPv4 address too, where that is its only one (AI_V4MAPPED).
    socket.setsockopt(zmq.IPV6, all("[" in place for place in _places(address)))
    try:
        _check_port(address)
        socket.connect(address)
    except zmq.ZMQError as error:
        raise UsageError(f"cannot connect to {address}: {error.strerror}") from None


def _places(address: str) -> list[str]:
    """The addresses that the name in a TCP address has, if it is one; none where nobody knows it.

    libzmq takes the first address only, and without being told it takes no IPv6.
    """
    host, _, port = address.removeprefix("tcp://").rpartition(":")
    if not address.startswith("tcp://") or not host or host == "*" or "[" in host:
        return [address]
    try:
        found = tcp.getaddrinfo(host, None, type=tcp.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    hosts = dict.fromkeys(
        f"[{place[0]}]" if family == tcp.AF_INET6 else str(place[0]) for family, *_, place in found
    )
    return [f"tcp://{place}:{port}" for place in hosts]


def _check_port(address: str) -> None:
    # libzmq takes port 99999 for 34463.
    port = address.rpartition(":")[2]
    if address.startswith("tcp:") and port.isdecimal() and int(port) > _LAST_PORT:
        raise zmq.ZMQError(zmq.EINVAL)


def _bind_error(address: str, error: zmq.ZMQError) -> Unavailable | UsageError:
    _, _, place = address.partition("://")
    if error.errno != zmq.EADDRINUSE:
        return UsageError(f"cannot listen on {address}: {error.strerror}")
    host, _, port = place.rpartition(":")
    what = f"port {port} on {host or '*'}" if address.startswith("tcp:") else address
    return Unavailable(
        Code.PORT_IN_USE,
        f"{what} is in use by another program: stop that one, or choose another port",
    )


def _bounded(context: zmq.Context[_S], kind: int, largest: int) -> _S:
    socket = context.socket(kind)
    socket.setsockopt(zmq.MAXMSGSIZE, largest)
    socket.setsockopt(zmq.HANDSHAKE_IVL, _HANDSHAKE_MS)
    for option, value in _KEEPALIVE.items():
        socket.setsockopt(option, value)
    socket.setsockopt(zmq.TCP_MAXRT, _SILENCE_MS)
    socket.setsockopt(zmq.BACKLOG, _BACKLOG)
    socket.setsockopt(zmq.LINGER, 0)
    return socket


def _curve_server(socket: zmq.Socket[Any], own: KeyPair, domain: str) -> None:
    socket.setsockopt(zmq.CURVE_SERVER, 1)
    socket.setsockopt(zmq.CURVE_SECRETKEY, own.secret_z85)
    _enforce(socket, domain)


def _enforce(socket: zmq.Socket[Any], domain: str) -> None:
    socket.setsockopt_string(zmq.ZAP_DOMAIN, domain)
    socket.setsockopt(zmq.ZAP_ENFORCE_DOMAIN, 1)


def _curve_client(socket: zmq.Socket[Any], own: KeyPair, server_public: bytes) -> None:
    socket.setsockopt(zmq.CURVE_PUBLICKEY, own.public_z85)
    socket.setsockopt(zmq.CURVE_SECRETKEY, own.secret_z85)
    socket.setsockopt(zmq.CURVE_SERVERKEY, to_z85(server_public))
    _reconnecting(socket)


def _reconnecting(socket: zmq.Socket[Any]) -> None:
    socket.setsockopt(zmq.RECONNECT_IVL, _RECONNECT_MS)
    socket.setsockopt(zmq.RECONNECT_IVL_MAX, _RECONNECT_MAX_MS)
