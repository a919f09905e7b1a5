"""zmqchat itself: a broker and a server as the command line runs them, in a new directory."""

from __future__ import annotations

import time
from collections.abc import Sequence

import zmq

from perf.chat.client import ChatLink
from perf.chat.requests import Requests
from perf.plan import LostMessages
from perf.ports import HOST, free_ports
from perf.systems.hosted import Hosted
from zmqchat.client.ids import new_id
from zmqchat.protocol.replies import RoomCreated, Welcome
from zmqchat.protocol.requests import CreateRoom, Search
from zmqchat.security.keys import ensure_realm_keys

_CONDUCTOR = 99_999
_INDEXED_S = 60


class Zmqchat(Hosted):
    """A realm in a temporary directory, which `data` names; it is removed in the end."""

    name = "zmqchat"

    def __init__(self, *server_options: str, heartbeat_s: float = 5.0) -> None:
        super().__init__()
        self.data = self._directory / "realm"
        keys = ensure_realm_keys(self.data)
        port = free_ports(3)
        self._link = ChatLink(HOST, port, keys.realm.public, keys.join)
        publish, subscribe = f"tcp://{HOST}:{port + 1}", f"tcp://{HOST}:{port + 2}"
        common = "--data", str(self.data), "--supervised"
        addresses = "--publish", publish, "--subscribe", subscribe
        self.broker = self._hosts("broker", "zmqchat", "broker", *common, *addresses)
        self.server = self._hosts(
            *("server", "zmqchat", "server", *common),
            *("--host", HOST, "--port", str(port), "--broker", f"{publish},{subscribe}"),
            *("--heartbeat", str(heartbeat_s), *server_options),
        )
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._at_end.callback(self._context.destroy, linger=0)

    def conductor(self) -> tuple[Requests, Welcome]:
        """A session of the harness itself, for what is not measured."""
        return self._link.session(self._context, _CONDUCTOR)

    def rooms(self, count: int) -> list[int]:
        """New public rooms."""
        requests, _ = self.conductor()
        try:
            return [self._room(requests) for _ in range(count)]
        finally:
            requests.close()

    @staticmethod
    def _room(requests: Requests) -> int:
        request = CreateRoom(new_id(), f"perf-{time.time_ns():x}")
        return requests.answer(request, RoomCreated).room.room

    def rest(self) -> None:
        """Until the search index has everything: it follows a flood at its leisure."""
        requests, _ = self.conductor()
        try:
            end = time.monotonic() + _INDEXED_S
            while requests.answer_or_not_yet(Search("perf")) is None:
                if time.monotonic() > end:
                    raise LostMessages(f"the search index was not built within {_INDEXED_S} s")
                time.sleep(0.1)
        finally:
            requests.close()

    def link(self) -> ChatLink:
        """How to reach it."""
        return self._link

    def nudge(self, rooms: Sequence[int]) -> None:
        """Nothing: the protocol's barrier says when a client hears its rooms."""
