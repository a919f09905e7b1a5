"""Sends of one client: batched, bounded by what the server allows, put off when it says so."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence

from perf.chat.requests import Requests
from perf.source import Message
from perf.tally import Tally
from zmqchat.client.ids import new_id
from zmqchat.errors import RETRYABLE
from zmqchat.protocol import codec
from zmqchat.protocol.events import Posted
from zmqchat.protocol.limits import REQUEST_BYTES, SENDS_IN_FLIGHT, SENDS_PER_REQUEST
from zmqchat.protocol.replies import Accepted, ReplyBody, Sent
from zmqchat.protocol.requests import Send, SendItem

_ENVELOPE = 64
_REQUEST_FILL = REQUEST_BYTES // 2
_BYTES_IN_FLIGHT = 4 * REQUEST_BYTES


class Outbox:
    """Sends in order; what the server refuses for now goes again before anything new."""

    def __init__(self, requests: Requests, tally: Tally) -> None:
        self.refused = 0
        self._requests = requests
        self._tally = tally
        self._count = 0
        self._bytes = 0
        self._again: deque[SendItem] = deque()
        self._wait_until = 0.0
        self._last: dict[int, int] = {}

    @property
    def empty(self) -> bool:
        """Whether all is acknowledged."""
        return not self._count and not self._again

    def capacity(self) -> tuple[int, int]:
        """Messages and bytes that one more request may hold now."""
        if self._again:
            return 0, 0
        room = min(SENDS_IN_FLIGHT - self._count, SENDS_PER_REQUEST)
        most_bytes = min(_BYTES_IN_FLIGHT - self._bytes, _REQUEST_FILL)
        return room, max(0, most_bytes - room * _ENVELOPE)

    def send(self, messages: Sequence[Message], now_ns: int) -> None:
        """One request with these messages."""
        self._post([self._item(message, now_ns) for message in messages])

    def tick(self, now: float) -> None:
        """Sends again what was refused, when it is time."""
        if self._again and not self._count and now >= self._wait_until:
            batch: list[SendItem] = []
            size = 0
            while self._again and len(batch) < SENDS_PER_REQUEST and size < _REQUEST_FILL:
                batch.append(self._again.popleft())
                size += len(batch[-1].body)
            self._post(batch)

    def _item(self, message: Message, now_ns: int) -> SendItem:
        body = codec.encode(Posted(message.text(now_ns)))
        return SendItem(new_id(), message.room, "posted", body)

    def _post(self, items: list[SendItem]) -> None:
        size = sum(len(item.body) for item in items)
        self._count += len(items)
        self._bytes += size

        def answered(reply: ReplyBody) -> None:
            assert isinstance(reply, Sent)
            self._count -= len(items)
            self._bytes -= size
            for item, result in zip(items, reply.results, strict=True):
                if isinstance(result, Accepted):
                    self._accepted(item.room, result.seq)
                elif result.code in RETRYABLE:
                    self._put_off(item, result.retry_after or 0.0)
                else:
                    self._tally.problem(f"refused: {result.code}: {result.message}")

        self._requests.ask(Send(items), answered)

    def _accepted(self, room: int, seq: int) -> None:
        if seq <= self._last.get(room, 0):
            self._tally.problem(f"room {room}: {seq} acknowledged after {self._last[room]}")
        self._last[room] = seq

    def _put_off(self, item: SendItem, seconds: float) -> None:
        self.refused += 1
        self._again.append(item)
        self._wait_until = max(self._wait_until, time.monotonic() + seconds)
