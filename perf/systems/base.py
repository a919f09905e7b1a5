"""What the harness needs of a system that it measures, and of a client of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, Self

import zmq

from perf.plan import ClientPlan, WorkerPlan
from perf.source import Message
from perf.tally import ROOM, Tally

PROBE = b"probe"
"""What baselines send in place of a text until everybody hears it."""


def packed(room: int, text: bytes) -> bytes:
    """A baseline's message: the room, which is what it subscribes to, and the text."""
    return room.to_bytes(ROOM, "big") + text


class Client(Protocol):
    """One client in a generator process, driven by its loop. Nothing in it blocks."""

    tally: Tally

    @property
    def caught_up(self) -> int:
        """How many messages it got by asking, and not as they were published."""

    @property
    def refused(self) -> int:
        """How many sends the system put off."""

    @property
    def sockets(self) -> Sequence[Any]:
        """What to poll for reading now (ZeroMQ sockets or file descriptors)."""

    @property
    def ready(self) -> bool:
        """Whether it is connected and hears everything that is sent from now on."""

    @property
    def settled(self) -> bool:
        """Whether the system has taken everything that was given to `send`."""

    def receive(self) -> None:
        """Takes what has come, and hands it to the tally."""

    def tick(self, now: float) -> None:
        """Does what time asks for; called often. `now` is monotonic seconds."""

    def capacity(self) -> tuple[int, int]:
        """How many messages, and bytes, it would send now: the system's flow control."""

    def send(self, messages: Sequence[Message], now_ns: int) -> None:
        """Sends them all, in order."""

    def close(self) -> None:
        """Disconnects."""


class Link(Protocol):
    """How a generator process reaches the system; travels to it by pickle."""

    def client(self, context: zmq.Context[Any], plan: ClientPlan, worker: WorkerPlan) -> Client:
        """Makes a client, which begins to connect."""


class System(Protocol):
    """A system under measurement: its processes run while the context is open."""

    name: str

    def __enter__(self) -> Self:
        """Starts its processes."""

    def __exit__(self, *error: object) -> None:
        """Ends them."""

    @property
    def processes(self) -> Mapping[str, int]:
        """The process ids of its parts, by name."""

    def rooms(self, count: int) -> list[int]:
        """New rooms for a round."""

    def link(self) -> Link:
        """How to reach it."""

    def rest(self) -> None:
        """Called after a round: what it left behind is done when this returns, so that it costs
        nobody else's round anything.
        """

    def nudge(self, rooms: Sequence[int]) -> None:
        """Called while clients connect: whatever they need to see that they hear the rooms."""
