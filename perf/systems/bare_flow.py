"""How `bare` sends: acknowledged message by message, or (`bare-stream`) slowed by TCP alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import zmq

WINDOW = 1_024
"""Messages that one sender has unacknowledged at most: as many as zmqchat takes in a request."""

_WINDOW_BYTES = 4 * 1024 * 1024


class Flow(Protocol):
    """A client's DEALER, and how much it lets the client send."""

    @property
    def sockets(self) -> Sequence[Any]:
        """What to poll for answers."""

    @property
    def settled(self) -> bool:
        """Whether the system has taken everything."""

    def capacity(self) -> tuple[int, int]:
        """How many messages, and bytes, may go now."""

    def send(self, messages: Iterable[bytes]) -> None:
        """Sends each by itself."""

    def receive(self) -> None:
        """Takes the answers that have come."""

    def flush(self) -> None:
        """Sends what libzmq would not take."""


class Acknowledged:
    """A window: a message is out of it when its acknowledgement, a frame of its own, has come."""

    queue = 0  # libzmq's may be as long as it gets: the window is its bound

    def __init__(self, dealer: zmq.Socket[Any]) -> None:
        self._dealer = dealer
        self.sockets = (dealer,)
        self._sizes: deque[int] = deque()
        self._bytes = 0

    @property
    def settled(self) -> bool:
        """Whether all is acknowledged."""
        return not self._sizes

    def capacity(self) -> tuple[int, int]:
        """What is left of the window."""
        return WINDOW - len(self._sizes), _WINDOW_BYTES - self._bytes

    def send(self, messages: Iterable[bytes]) -> None:
        """Sends them."""
        send, sizes = self._dealer.send, self._sizes
        for message in messages:
            send(message, zmq.DONTWAIT)
            sizes.append(len(message))
            self._bytes += len(message)

    def receive(self) -> None:
        """Takes acknowledgements; ROUTER answers one sender in order."""
        receive, oldest = self._dealer.recv, self._sizes.popleft
        try:
            while True:
                receive(zmq.DONTWAIT)
                self._bytes -= oldest()
        except zmq.Again:
            pass

    def flush(self) -> None:
        """Nothing waits."""


class Streamed:
    """No acknowledgement: whether a message arrived, the sender never learns."""

    queue = 1_000  # full, it tells that TCP takes no more

    def __init__(self, dealer: zmq.Socket[Any]) -> None:
        self._dealer = dealer
        self.sockets = ()
        self._backlog: deque[bytes] = deque()

    @property
    def settled(self) -> bool:
        """Whether libzmq has taken everything."""
        return not self._backlog

    def capacity(self) -> tuple[int, int]:
        """A window while libzmq takes everything: TCP is all the flow control there is."""
        self.flush()
        return (0, 0) if self._backlog else (WINDOW, _WINDOW_BYTES)

    def send(self, messages: Iterable[bytes]) -> None:
        """Sends as many as libzmq takes, and keeps the rest."""
        self._backlog.extend(messages)
        self.flush()

    def receive(self) -> None:
        """Nothing comes."""

    def flush(self) -> None:
        """Sends what libzmq would not take."""
        backlog, send = self._backlog, self._dealer.send
        try:
            while backlog:
                send(backlog[0], zmq.DONTWAIT)
                backlog.popleft()
        except zmq.Again:
            pass
