"""The operator's connection: administration by whoever holds the realm's operator key.

The operator is nobody's user: there is no session, no room and no name, only requests that are
answered for the sake of the key that the connection was made with.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import zmq

from zmqchat.client.administration import Administration
from zmqchat.client.checks import check_sayable
from zmqchat.client.handshakes import Handshakes
from zmqchat.client.transport import Heard, Messages, Transport
from zmqchat.client.waiting import Waiting
from zmqchat.errors import Code, PeerError, Unavailable
from zmqchat.protocol import codec
from zmqchat.protocol.replies import ReplyBody
from zmqchat.protocol.requests import Request, RequestBody
from zmqchat.security.keys import KeyPair
from zmqchat.security.links import JoinLink, bracketed
from zmqchat.sync import effects as fx

ANSWER_S = 20.0
"""How long an answer may take by default, in seconds."""

_REACH_S = 5.0
"""How long until somebody accepts a connection: a server that restarts is there within a second."""


class _Connection:
    """Requests over a connection made with the operator's key."""

    def __init__(self, link: JoinLink, key: KeyPair, seconds: float) -> None:
        self._address = f"{bracketed(link.host)}:{link.port}"
        self._seconds = seconds
        self._waiting = Waiting()
        self._last_id = 0
        self._reached = asyncio.Event()
        heard = Heard(self._replies, lambda _: None, self._befell, lambda _: None)
        self._transport = Transport(link, key, heard)
        self._handshakes = Handshakes(link, self._waiting.fail)
        self._transport.dial()

    def close(self) -> None:
        """Let go of the connection."""
        self._handshakes.close()
        self._transport.close()

    async def call(self, body: RequestBody) -> ReplyBody:
        """Refused when the server says no, Unavailable when nobody answers in time.

        UsageError for a text that can never travel.
        """
        check_sayable(body)
        await self._reach()
        self._last_id += 1
        request = Request(self._last_id, body)
        future = self._waiting.for_call(request.id)
        self._transport.send(codec.encode(request))
        try:
            async with asyncio.timeout(self._seconds):
                return await future
        except TimeoutError:
            raise Unavailable(
                Code.UNREACHABLE,
                f"No answer from {self._address} within {self._seconds:g} s"
                f"{self._handshakes.obstacle}; whether it was done is not known. See that the "
                "server runs: zmqchat doctor",
            ) from None
        finally:
            self._waiting.forget_call(request.id)

    async def _reach(self) -> None:
        """Waits until somebody accepts the connection; Unavailable where nobody does.

        Nothing was sent by then, so it is certain that nothing was done.
        """
        try:
            async with asyncio.timeout(min(_REACH_S, self._seconds)):
                await self._reached.wait()
        except TimeoutError:
            raise Unavailable(
                Code.UNREACHABLE,
                f"Nobody accepts a connection at {self._address}, so nothing was done. "
                "See that the server runs: zmqchat doctor",
            ) from None

    def _replies(self, messages: Messages) -> None:
        for parts in messages:
            try:
                reply = codec.decode_reply(parts[-1])
            except PeerError as error:
                self._waiting.fail(error)
                return
            self._waiting.answered(fx.Answered(reply.id, reply))

    def _befell(self, event: zmq.Event) -> None:
        if event is zmq.Event.CONNECTED:
            self._reached.set()
        self._handshakes.befell(event, self._transport.reached)


@asynccontextmanager
async def operator(
    link: JoinLink, key: KeyPair, *, seconds: float = ANSWER_S
) -> AsyncIterator[Administration]:
    """Administer as the operator: `key` is `load_realm_keys(DIR).operator`.

    Every request raises Refused when the server says no, and Unavailable when it does not answer
    within `seconds`.
    """
    connection = _Connection(link, key, seconds)
    try:
        yield Administration(connection.call)
    finally:
        connection.close()
