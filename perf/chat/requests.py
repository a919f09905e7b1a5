"""Requests and replies over a DEALER, each reply handed to whoever asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import zmq

from perf.plan import LostMessages
from zmqchat.protocol import codec
from zmqchat.protocol.replies import Fault, ReplyBody
from zmqchat.protocol.requests import Request, RequestBody
from zmqchat.security import sockets
from zmqchat.security.keys import KeyPair

_R = TypeVar("_R")


class Requests:
    """One connection to a server. `faults` collects what the server refused."""

    def __init__(
        self, context: zmq.Context[Any], device: KeyPair, realm_public: bytes, address: str
    ) -> None:
        self.socket = sockets.request_dealer(context, device, realm_public)
        sockets.connect(self.socket, address)
        self.faults: list[Fault] = []
        self._number = 0
        self._waiting: dict[int, tuple[Callable[[ReplyBody], None], Callable[[Fault], None]]] = {}

    def ask(
        self,
        body: RequestBody,
        then: Callable[[ReplyBody], None],
        refused: Callable[[Fault], None] | None = None,
    ) -> None:
        """Sends a request; `then` gets its reply, `refused` (else `faults`) why not."""
        self._number += 1
        self._waiting[self._number] = then, refused or self.faults.append
        self.socket.send(codec.encode(Request(self._number, body)))

    def drain(self) -> None:
        """Hands out the replies that have come."""
        try:
            while True:
                reply = codec.decode_reply(self.socket.recv(zmq.DONTWAIT))
                then, refused = self._waiting.pop(reply.id, (None, self.faults.append))
                if reply.error is not None:
                    refused(reply.error)
                elif then is not None and reply.ok is not None:
                    then(reply.ok)
        except zmq.Again:
            pass

    def answer(self, body: RequestBody, kind: type[_R], patience_ms: int = 20_000) -> _R:
        """Asks and waits. LostMessages where no such reply comes in time."""
        replies: list[ReplyBody] = []
        self.ask(body, replies.append)
        while not replies and not self.faults and self.socket.poll(patience_ms):
            self.drain()
        if not replies or not isinstance(replies[0], kind):
            raise LostMessages(f"{type(body).__name__}: {replies or self.faults or 'no reply'}")
        return replies[0]

    def answer_or_not_yet(self, body: RequestBody, patience_ms: int = 20_000) -> ReplyBody | None:
        """Asks and waits; None where the server says to ask again later. LostMessages otherwise."""
        replies: list[ReplyBody] = []
        self.ask(body, replies.append)
        while not replies and not self.faults and self.socket.poll(patience_ms):
            self.drain()
        faults, self.faults = self.faults, []
        if any(fault.retry_after is None for fault in faults) or not (replies or faults):
            raise LostMessages(f"{type(body).__name__}: {faults or 'no reply'}")
        return replies[0] if replies else None

    def close(self) -> None:
        """Disconnects; nobody is answered any more."""
        self.socket.close()
