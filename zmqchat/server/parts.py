"""What the request handlers work with: a frame that came in, and everything that answers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from zmqchat.domain.draft import State
from zmqchat.domain.limits import ALLOWANCE, Allowance
from zmqchat.protocol import codec
from zmqchat.protocol.replies import Fault, Reply, ReplyBody
from zmqchat.runtime.slots import Slots
from zmqchat.server.errands import Errands
from zmqchat.server.jobs import Job
from zmqchat.server.metrics import Metrics
from zmqchat.server.publisher import Publisher
from zmqchat.server.reads import Reader
from zmqchat.server.recency import Recency
from zmqchat.server.searches import Searcher
from zmqchat.server.welcome import Facts
from zmqchat.server.workers import Workers


@dataclass(frozen=True, slots=True)
class Incoming:
    """A frame of a peer, with what libzmq knows of the connection: `key` is ZAP's User-Id."""

    peer: bytes
    key: str
    address: str
    fd: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Parts:
    """What a service works with. `respond(peer, frame)` sends; `submit` queues for the commit.

    `passwords` are hashed apart from `lookups`; `slots` are the connections, by descriptor, and
    `hang_up(fd, address)` ends one, if it is from there (None: from anywhere).
    `operator_key` is the operator's public key as ZAP writes it: 64 hexadecimal digits.
    """

    state: State
    facts: Facts
    join_token: str
    operator_key: str
    reader: Reader
    workers: Workers
    publisher: Publisher
    recency: Recency
    metrics: Metrics
    submit: Callable[[Job], None]
    respond: Callable[[bytes, bytes], object]
    clock_us: Callable[[], int]
    token: Callable[[int], bytes]
    searcher: Searcher
    searches: Workers
    passwords: Errands
    lookups: Errands
    slots: Slots
    hang_up: Callable[[int, str | None], object]
    allowance: Allowance = ALLOWANCE

    def ok(self, peer: bytes, request: int, body: ReplyBody) -> None:
        """Answers a request."""
        self.respond(peer, codec.encode(Reply(request, ok=body)))

    def fault(self, peer: bytes, request: int, fault: Fault) -> None:
        """Refuses a request."""
        self.respond(peer, codec.encode(Reply(request, error=fault)))
