"""A real server in a process of its own, clients that talk to it by hand, and a broker's ear."""

from __future__ import annotations

import socket
import sys
import threading
from itertools import count
from pathlib import Path
from typing import Self, TypeVar

import zmq

from tests.support.ports import free_port
from tests.support.process import Piped
from tests.support.waiting import eventually
from zmqchat.protocol import codec
from zmqchat.protocol.replies import Fault, Reply, Welcome
from zmqchat.protocol.requests import Hello, Request, RequestBody
from zmqchat.security import sockets
from zmqchat.security.keys import KeyPair, RealmKeys, ensure_realm_keys
from zmqchat.security.zap import ZapHandler, listed_curve_keys

_ANSWER_MS = 20_000
_PROGRAM = """
import resource, sys
from pathlib import Path
from zmqchat.errors import ChatError
from zmqchat.runtime.log import configure
from zmqchat.server.app import run
from zmqchat.server.options import BrokerAddress, ServerOptions

data, port, broker, metrics, files = sys.argv[1:]
configure("text")
if int(files):
    resource.setrlimit(resource.RLIMIT_NOFILE, (int(files), int(files)))
try:
    run(
        ServerOptions(
            data=Path(data),
            host="127.0.0.1",
            port=int(port),
            brokers=(BrokerAddress(broker, "tcp://*:5557"),),
            metrics_port=int(metrics) or None,
            on_ready=lambda: print("ready", flush=True),
        )
    )
except ChatError as error:
    sys.exit(f"{error.code}: {error.message}")
"""

_T = TypeVar("_T")


class RunningServer(Piped):
    """A server on free ports, with its data in `data`; ended with the block.

    It may have `files` open at a time, where that is given.
    """

    def __init__(
        self, data: Path, *, port: int = 0, broker: str = "", metrics: int = 0, files: int = 0
    ) -> None:
        self.data = data
        self.keys: RealmKeys = ensure_realm_keys(data)
        self.port = port or free_port()
        broker = broker or f"tcp://127.0.0.1:{free_port()}"
        arguments = str(data), str(self.port), broker, str(metrics), str(files)
        super().__init__(sys.executable, "-c", _PROGRAM, *arguments)

    def started(self) -> Self:
        """Waits until requests are answered."""
        eventually(lambda: "server started" in self.log)
        return self

    @property
    def memory(self) -> int:
        """Bytes of memory that the process has now."""
        pages = Path(f"/proc/{self.pid}/statm").read_text().split()[1]
        return int(pages) * 4096


class Client:
    """A DEALER at the address `source`, which asks and waits for the answer; use it in a `with`."""

    def __init__(
        self,
        server: RunningServer,
        key: KeyPair | None = None,
        routing_id: bytes = b"",
        source: str = "",
    ) -> None:
        self.key = key or KeyPair.generate()
        self.server = server
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self.socket = sockets.request_dealer(self._context, self.key, server.keys.realm.public)
        if routing_id:
            self.socket.setsockopt(zmq.ROUTING_ID, routing_id)
        self.socket.connect(_endpoint(server, source))
        self._numbers = count(1)

    def send(self, body: RequestBody) -> int:
        """Sends a request, and returns its number."""
        number = next(self._numbers)
        self.socket.send(codec.encode(Request(number, body)))
        return number

    def receive(self, timeout_ms: int = _ANSWER_MS) -> Reply:
        """The next reply that is no probe; AssertionError when none comes in time."""
        while True:
            assert self.socket.poll(timeout_ms), "no reply"
            reply = codec.decode_reply(self.socket.recv())
            if reply.error is not None or reply.id != 0:
                return reply

    def ask(self, body: RequestBody) -> Reply:
        """Sends a request and returns the answer to it."""
        number = self.send(body)
        reply = self.receive()
        assert reply.id == number
        return reply

    def get(self, kind: type[_T], body: RequestBody) -> _T:
        """The answer, which must be of this kind."""
        reply = self.ask(body)
        assert isinstance(reply.ok, kind), reply
        return reply.ok

    def refused(self, body: RequestBody) -> Fault:
        """Why the request is refused, which it must be."""
        reply = self.ask(body)
        assert reply.error is not None, reply
        return reply.error

    def hello(self, name: str, token: str | None = None) -> Welcome:
        """Says hello, with the join link's token unless another is given."""
        token = self.server.keys.join if token is None else token
        return self.get(Welcome, Hello([1], name, "test", token))

    def close(self) -> None:
        """Closes the connection at once."""
        self._context.destroy(linger=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def deaf(server: RunningServer, source: str = "") -> Client:
    """A client whose side of the connection takes next to nothing."""
    client = Client(server, source=source)
    client.socket.disconnect(_endpoint(server, source))
    client.socket.setsockopt(zmq.RCVHWM, 1)
    client.socket.setsockopt(zmq.RCVBUF, 4096)
    client.socket.setsockopt(zmq.SNDHWM, 1000)
    client.socket.setsockopt(zmq.RECONNECT_IVL, -1)
    client.socket.connect(_endpoint(server, source))
    return client


def _endpoint(server: RunningServer, source: str) -> str:
    return f"tcp://{source and source + ':0;'}127.0.0.1:{server.port}"


class Listener:
    """A broker's ear: it subscribes to everything and keeps what a server publishes."""

    def __init__(self, keys: RealmKeys) -> None:
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self.frames: list[list[bytes]] = []
        self._keys = keys
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        zap = ZapHandler(context)
        zap.register(sockets.PUBLISH_DOMAIN, listed_curve_keys([self._keys.publisher.public]))
        xsub = sockets.broker_xsub(context, self._keys.broker)
        sockets.bind(xsub, self.address)
        xsub.send(b"\x01")
        poller = zmq.Poller()
        poller.register(xsub, zmq.POLLIN)
        poller.register(zap.socket, zmq.POLLIN)
        while not self._ended.is_set():
            ready = dict(poller.poll(20))
            if zap.socket in ready:
                zap.drain()
            if xsub in ready:
                self.frames.append(xsub.recv_multipart())
        context.destroy(linger=0)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()


def raw(server: RunningServer, source: str = "127.0.0.1") -> socket.socket:
    """A bare TCP connection to the ROUTER, from the address `source`."""
    at = ("127.0.0.1", server.port)
    return socket.create_connection(at, timeout=20, source_address=(source, 0))
