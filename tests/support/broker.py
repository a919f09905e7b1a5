"""A real broker process for tests, with what a server and a client would connect to it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Self

import zmq
from zmq.utils.monitor import recv_monitor_message

from tests.support.ports import free_ports
from tests.support.process import Piped, python
from zmqchat.protocol.replies import ListenToken
from zmqchat.security import sockets, tokens
from zmqchat.security.keys import RealmKeys, ensure_realm_keys

_RUNNER = """
import resource, sys
from pathlib import Path
from zmqchat.broker.app import BrokerOptions, run
from zmqchat.errors import ChatError
from zmqchat.runtime.log import configure
data, publish, subscribe, supervised, files, listeners = sys.argv[1:]
configure("text")
if int(files):
    resource.setrlimit(resource.RLIMIT_NOFILE, (int(files), int(files)))
try:
    run(BrokerOptions(Path(data), publish, subscribe, int(listeners) or None,
                      supervised=supervised == "yes",
                      on_ready=lambda: print("ready", flush=True)))
except ChatError as error:
    print(error, file=sys.stderr)
    sys.exit(1)
"""
DEADLINE_MS = 20_000


class RunningBroker:
    """A broker of the realm in `data` on ports of its own, until the context ends.

    It may have `files` open at a time, and admits so many `listeners`, where that is given.
    """

    def __init__(
        self, data: Path, kit: Path | None = None, *, files: int = 0, listeners: int = 0
    ) -> None:
        self.keys: RealmKeys = ensure_realm_keys(data)
        self.context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self.publish_port = free_ports(2)
        self.subscribe_port = self.publish_port + 1
        self.publish = f"tcp://127.0.0.1:{self.publish_port}"
        self.subscribe = f"tcp://127.0.0.1:{self.subscribe_port}"
        self._data = kit or data
        self._files, self._listeners = files, listeners
        self._open: list[zmq.Socket[bytes]] = []  # pyzmq warns of those that are collected open
        self.start()

    def start(self, *, supervised: bool = False) -> None:
        """Starts the process and waits until it serves."""
        self.process = start(
            self._data,
            self.publish,
            self.subscribe,
            supervised=supervised,
            files=self._files,
            listeners=self._listeners,
        )
        self.process.expect("ready")

    def token(self, device: int = 1, seconds: float = 600) -> ListenToken:
        """A token that is good for `seconds`."""
        until_us = time.time_ns() // 1000 + int(seconds * 1e6)
        return tokens.issue(self.keys.token, device, 1, until_us)

    def publisher(self) -> zmq.Socket[bytes]:
        """The server's XPUB, when the broker hears it."""
        xpub = sockets.publish_xpub(self.context, self.keys.publisher, self.keys.broker.public)
        sockets.connect(xpub, self.publish)
        await_subscription(xpub)
        return self.keep(xpub)

    def listener(
        self, *topics: bytes, token: ListenToken | None = None, source: str = "127.0.0.1"
    ) -> zmq.Socket[bytes]:
        """A SUB at `source` with these topics, whether or not it is let in."""
        sub = sockets.listen_sub(self.context, token or self.token())
        for topic in topics:
            sub.subscribe(topic)
        sub.connect(f"tcp://{source}:0;127.0.0.1:{self.subscribe_port}")
        return self.keep(sub)

    def keep(self, socket: zmq.Socket[bytes]) -> zmq.Socket[bytes]:
        """Holds a socket of the test until the context ends."""
        self._open.append(socket)
        return socket

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.destroy(linger=0)
        self.process.kill()


def start(
    data: Path,
    publish: str,
    subscribe: str,
    *,
    supervised: bool = False,
    files: int = 0,
    listeners: int = 0,
) -> Piped:
    """A broker process, not waited for."""
    rest = "yes" if supervised else "no", str(files), str(listeners)
    return python(_RUNNER, str(data), publish, subscribe, *rest)


def await_subscription(xpub: zmq.Socket[Any]) -> None:
    """Waits until a broker takes everything that `xpub` sends."""
    assert xpub.poll(DEADLINE_MS), "the broker did not subscribe"
    assert xpub.recv() == b"\x01"


def receive(sub: zmq.Socket[Any]) -> list[bytes]:
    """The next message, waited for."""
    assert sub.poll(DEADLINE_MS), "nothing was heard"
    return [bytes(part) for part in sub.recv_multipart()]


def await_event(sub: zmq.Socket[Any], monitor: zmq.Socket[Any], kinds: int) -> None:
    """Waits for one of the monitor's events."""
    while True:
        assert monitor.poll(DEADLINE_MS), "the event did not come"
        if recv_monitor_message(monitor)["event"] & kinds:
            sub.disable_monitor()
            monitor.close()
            return
