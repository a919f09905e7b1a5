"""One socket on the loop: everything comes, whatever signals sends and receives use up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from unittest.mock import Mock, patch

import pytest
import zmq

from zmqchat.client.connection import Wire, context

MANY = 3000


def pair() -> tuple[zmq.Socket[bytes], zmq.Socket[bytes]]:
    """Two sockets over TCP with room for few messages."""
    ends = (context().socket(zmq.DEALER), context().socket(zmq.DEALER))
    for end in ends:
        for option in (zmq.SNDHWM, zmq.RCVHWM):
            end.setsockopt(option, 10)
        end.setsockopt(zmq.LINGER, 0)
    port = ends[0].bind_to_random_port("tcp://127.0.0.1")
    ends[1].connect(f"tcp://127.0.0.1:{port}")
    return ends


class End:
    """A wire that counts, and answers what it hears while `answers` lasts."""

    def __init__(self, socket: zmq.Socket[bytes], answers: int) -> None:
        self.heard: list[int] = []
        self.answers = answers
        self.changed = asyncio.Event()
        self.wire = Wire(asyncio.get_running_loop(), socket, self._hear)

    def _hear(self, messages: list[list[bytes]]) -> None:
        for (message,) in messages:
            self.heard.append(int(message))
            if self.answers:
                self.answers -= 1
                self.wire.send(message)
        self.changed.set()

    async def until(self, done: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not done():
                self.changed.clear()
                await self.changed.wait()


@pytest.mark.parametrize("burst", [1, 7, MANY])
def test_all_is_heard_in_order_and_answered_in_order(burst: int) -> None:
    async def run() -> None:
        left, right = (End(s, n) for s, n in zip(pair(), (0, MANY), strict=True))
        try:
            for first in range(0, MANY, burst):
                for number in range(first, min(first + burst, MANY)):
                    left.wire.send(b"%d" % number)
                if burst == 1:  # one message and its answer: no other signal helps it along
                    await left.until(lambda first=first: len(left.heard) > first)  # type: ignore[misc]
            await left.until(lambda: len(left.heard) == MANY)
            assert left.heard == right.heard == list(range(MANY))
        finally:
            left.wire.close()
            right.wire.close()

    asyncio.run(run())


def test_both_sides_may_talk_at_once() -> None:
    async def run() -> None:
        ends = [End(socket, 0) for socket in pair()]
        try:
            for number in range(MANY):
                for end in ends:
                    end.wire.send(b"%d" % number)
                if not number % 97:
                    await asyncio.sleep(0)
            for end in ends:
                await end.until(lambda end=end: len(end.heard) == MANY)  # type: ignore[misc]
                assert end.heard == list(range(MANY))
        finally:
            for end in ends:
                end.wire.close()

    asyncio.run(run())


def test_few_large_messages_are_taken_at_once() -> None:
    """A client that stood still must not hold in memory all that waits in its sockets."""
    size = 1024 * 1024

    async def run() -> None:
        ends = pair()
        for end in ends:
            end.setsockopt(zmq.MAXMSGSIZE, -1)
        batches: list[list[int]] = []
        far = Wire(asyncio.get_running_loop(), ends[0], lambda _messages: None)
        near = Wire(
            asyncio.get_running_loop(),
            ends[1],
            lambda messages: batches.append([parts[0][0] for parts in messages]),
        )
        try:
            for number in range(30):
                far.send(bytes([number]) * size)
            async with asyncio.timeout(30):
                while sum(map(len, batches)) < 30:
                    await asyncio.sleep(0.01)
        finally:
            far.close()
            near.close()
        assert [number for batch in batches for number in batch] == list(range(30))
        assert max(map(len, batches)) <= 4

    asyncio.run(run())


def test_parts_count_towards_what_is_taken_at_once() -> None:
    """Messages of a thousand parts, whose last is empty: a batch would have half a million."""

    async def run() -> None:
        socket: Any = Mock()
        socket.getsockopt.return_value = 0
        socket.recv_multipart.side_effect = lambda _flags: [b"x"] * 999 + [b""]
        heard: list[int] = []
        with patch.object(asyncio.get_running_loop(), "add_reader"):
            wire = Wire(
                asyncio.get_running_loop(),
                socket,
                lambda messages: heard.append(sum(map(len, messages))),
            )
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        wire.close()
        assert 0 < max(heard) < 100_000

    asyncio.run(run())
