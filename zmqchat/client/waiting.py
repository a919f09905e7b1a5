"""Who waits for what: sends for their acknowledgement, calls for their reply."""

from __future__ import annotations

import asyncio
from typing import Any

from zmqchat.errors import ChatError, Code, Refused
from zmqchat.protocol.replies import Fault, ReplyBody
from zmqchat.sync import effects as fx


def refusal(fault: Fault) -> ChatError:
    """A fault of the server as an error here."""
    code = Code(fault.code) if fault.code in set(Code) else Code.INTERNAL
    return Refused(code, fault.message, fault.retry_after)


class Waiting:
    """The futures of a client. Each is settled once, or given up by whoever waits."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._sends: dict[bytes, asyncio.Future[fx.Acknowledged]] = {}
        self._calls: dict[object, asyncio.Future[ReplyBody]] = {}

    def for_send(self, send_id: bytes) -> asyncio.Future[fx.Acknowledged]:
        """The future of a send."""
        future = self._sends[send_id] = self._loop.create_future()
        return future

    def send(self, send_id: bytes) -> asyncio.Future[fx.Acknowledged] | None:
        """The future of a send that waits already."""
        return self._sends.get(send_id)

    def for_call(self, key: object) -> asyncio.Future[ReplyBody]:
        """The future of a call."""
        future = self._calls[key] = self._loop.create_future()
        return future

    def forget_call(self, key: object) -> None:
        """Nobody waits for it any more."""
        self._calls.pop(key, None)

    def acknowledged(self, effect: fx.Acknowledged) -> None:
        """A send is on the server's disk."""
        future = self._sends.pop(effect.send_id, None)
        if future is not None and not future.done():
            future.set_result(effect)

    def failed(self, send_id: bytes, error: ChatError) -> None:
        """A send is in no log, for good."""
        _fail(self._sends.pop(send_id, None), error)

    def answered(self, effect: fx.Answered) -> None:
        """A call's reply."""
        future = self._calls.pop(effect.key, None)
        if effect.reply.error is not None:
            _fail(future, refusal(effect.reply.error))
        elif future is not None and not future.done() and effect.reply.ok is not None:
            future.set_result(effect.reply.ok)

    def fail(self, error: ChatError) -> None:
        """Nothing will be settled any more: everybody gets `error`."""
        waiting: list[asyncio.Future[Any]] = [*self._sends.values(), *self._calls.values()]
        for future in waiting:
            _fail(future, error)


def _fail(future: asyncio.Future[Any] | None, error: ChatError) -> None:
    if future is not None and not future.done():
        future.set_exception(error)
        future.exception()  # what nobody waits for is no surprise to the loop
