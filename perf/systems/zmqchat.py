"""zmqchat itself: a broker and a server as the command line runs them, in a new directory."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import zmq

from perf.chat.client import ChatLink, device_of, name_of
from perf.chat.requests import Requests
from perf.child import Child, stop_all
from perf.ports import HOST, free_ports
from zmqchat.client.ids import new_id
from zmqchat.protocol.limits import VERSION
from zmqchat.protocol.replies import RoomCreated, Welcome
from zmqchat.protocol.requests import CreateRoom, Hello
from zmqchat.security.keys import ensure_realm_keys

_CONDUCTOR = 99_999


class Zmqchat:
    """A realm in a temporary directory, which `data` names; it is removed in the end."""

    name = "zmqchat"

    def __init__(self, *server_options: str, heartbeat_s: float = 5.0) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="zmqchat-perf-")
        self.data = Path(self._directory.name) / "realm"
        keys = ensure_realm_keys(self.data)
        self._port = port = free_ports(3)
        self._link = ChatLink(HOST, port, keys.realm.public, keys.join)
        publish, subscribe = f"tcp://{HOST}:{port + 1}", f"tcp://{HOST}:{port + 2}"
        common = "--data", str(self.data), "--supervised"
        addresses = "--publish", publish, "--subscribe", subscribe
        self.broker = self._child("broker", *common, *addresses)
        self.server = self._child(
            "server",
            *(*common, "--host", HOST, "--port", str(port), "--broker", f"{publish},{subscribe}"),
            *("--heartbeat", str(heartbeat_s), *server_options),
        )
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()

    def _child(self, role: str, *arguments: str) -> Child:
        return Child(Path(self._directory.name) / f"{role}.log", "zmqchat", role, *arguments)

    def __enter__(self) -> Self:
        try:
            self.broker.start()
            self.server.start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def _end(self) -> None:
        self._context.destroy(linger=0)
        stop_all([self.broker, self.server])
        self._directory.cleanup()

    @property
    def processes(self) -> Mapping[str, int]:
        """Server and broker."""
        return {"server": self.server.pid, "broker": self.broker.pid}

    def conductor(self) -> Requests:
        """A session of the harness itself, for what is not measured."""
        requests = Requests(
            self._context, device_of(_CONDUCTOR), self._link.realm_public, self._link.address
        )
        hello(requests, self._link)
        return requests

    def rooms(self, count: int) -> list[int]:
        """New public rooms."""
        requests = self.conductor()
        try:
            return [self._room(requests) for _ in range(count)]
        finally:
            requests.close()

    @staticmethod
    def _room(requests: Requests) -> int:
        request = CreateRoom(new_id(), f"perf-{time.time_ns():x}")
        return requests.answer(request, RoomCreated).room.room

    def link(self) -> ChatLink:
        """How to reach it."""
        return self._link

    def nudge(self, rooms: Sequence[int]) -> None:
        """Nothing: the protocol's barrier says when a client hears its rooms."""


def hello(requests: Requests, link: ChatLink) -> Welcome:
    """Opens the harness's own session on a connection."""
    name = name_of(_CONDUCTOR)
    return requests.answer(Hello([VERSION], name, "zmqchat perf", token=link.join_token), Welcome)
