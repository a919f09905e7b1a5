"""`python -m perf.systems.bare_hub ROLE PORT SECRET`: the bare baseline's two processes.

Plain pyzmq with no chat logic. ROLE `server`: from ROUTER to PUB, and an acknowledgement to the
sender; `stream-server`: the same without it. `broker`: `zmq.proxy` from XSUB to XPUB.
High-water marks are off, since the baseline must lose nothing either; senders are bounded by their
windows or, streaming, by what ROUTER takes. A SECRET of "-" is no CURVE.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from typing import Any

import zmq

from perf.ports import HOST
from zmqchat.runtime.limits import raise_open_files

_ACKNOWLEDGEMENT = b"ok"


def hub_socket(
    context: zmq.Context[Any], kind: int, secret: bytes | None, port: int
) -> zmq.Socket[Any]:
    """A bound socket, with CURVE where there is a secret."""
    socket = _socket(context, kind)
    if secret:
        socket.setsockopt(zmq.CURVE_SERVER, 1)
        socket.setsockopt(zmq.CURVE_SECRETKEY, secret)
    socket.setsockopt(zmq.BACKLOG, 1024)
    socket.bind(f"tcp://{HOST}:{port}")
    return socket


def peer_socket(
    context: zmq.Context[Any], kind: int, server_public: bytes | None, port: int, queue: int = 0
) -> zmq.Socket[Any]:
    """A connected socket, with CURVE where there is a key; `queue` bounds what waits to leave."""
    socket = _socket(context, kind)
    socket.setsockopt(zmq.SNDHWM, queue)
    if server_public:
        public, secret = zmq.curve_keypair()
        socket.setsockopt(zmq.CURVE_PUBLICKEY, public)
        socket.setsockopt(zmq.CURVE_SECRETKEY, secret)
        socket.setsockopt(zmq.CURVE_SERVERKEY, server_public)
    socket.connect(f"tcp://{HOST}:{port}")
    return socket


def _socket(context: zmq.Context[Any], kind: int) -> zmq.Socket[Any]:
    socket: zmq.Socket[Any] = context.socket(kind)
    socket.setsockopt(zmq.LINGER, 0)
    socket.setsockopt(zmq.SNDHWM, 0)
    if kind != zmq.ROUTER:
        socket.setsockopt(zmq.RCVHWM, 0)
    return socket


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


def _served(
    context: zmq.Context[Any], port: int, secret: bytes | None
) -> tuple[zmq.Socket[Any], zmq.Socket[Any]]:
    public = zmq.curve_public(secret) if secret else None
    router = hub_socket(context, zmq.ROUTER, secret, port)
    pub = peer_socket(context, zmq.PUB, public, port + 1)
    print("ready", flush=True)
    return router, pub


def _serve(context: zmq.Context[Any], port: int, secret: bytes | None) -> None:
    router, pub = _served(context, port, secret)
    receive, publish, answer = router.recv, pub.send, router.send
    while True:
        sender = receive()
        publish(receive())
        answer(sender, zmq.SNDMORE)
        answer(_ACKNOWLEDGEMENT)


def _stream(context: zmq.Context[Any], port: int, secret: bytes | None) -> None:
    router, pub = _served(context, port, secret)
    receive, publish = router.recv, pub.send
    while True:
        receive()  # whose it is
        publish(receive())


def _broke(context: zmq.Context[Any], port: int, secret: bytes | None) -> None:
    xsub = hub_socket(context, zmq.XSUB, secret, port + 1)
    xpub = hub_socket(context, zmq.XPUB, secret, port + 2)
    print("ready", flush=True)
    zmq.proxy(xsub, xpub)


_ROLES = {"server": _serve, "stream-server": _stream, "broker": _broke}


def main(role: str, port: str, secret: str) -> None:
    """Serves until stdin closes."""
    raise_open_files()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    context: zmq.Context[Any] = zmq.Context()
    context.set(zmq.MAX_SOCKETS, 16_384)
    key = None if secret == "-" else secret.encode()
    _ROLES[role](context, int(port), key)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(*sys.argv[1:])
