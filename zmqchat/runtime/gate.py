"""The connections of one bound socket: which there are, and that there are never too many.

Over the limit of open files libzmq spins in accept, so one too many is ended as soon as it is
there; which one, `slots` says. Unbinding would refuse them sooner, but libzmq ends all connections
of an address with it.
"""

from __future__ import annotations

import logging
from collections.abc import Container

import zmq

from zmqchat.runtime.log import warn
from zmqchat.runtime.monitor import Monitor
from zmqchat.runtime.peers import address_of, hang_up, place_of
from zmqchat.runtime.slots import DEADLINE_S, Slots

log = logging.getLogger(__name__)

_TOLD_EVERY_S = 60.0


class Gate:
    """Follows a socket's connections. Times are monotonic seconds.

    `name` is what the log calls it, `port` the one that is bound (None: it is no TCP), `open` the
    descriptors of the connections that are open, `hung_up` how many were ended here.
    """

    def __init__(self, name: str, monitor: Monitor, port: int | None, slots: Slots) -> None:
        self.open: set[int] = set()
        self.slots = slots
        self.hung_up = 0
        self._name = name
        self._monitor = monitor
        self._port = port
        self._told: float | None = None

    @property
    def socket(self) -> zmq.Socket[bytes]:
        """What to poll: when it can be read, there is something to `follow`."""
        watched: zmq.Socket[bytes] = self._monitor.socket
        return watched

    def follow(self, now: float) -> list[tuple[int, bool]]:
        """Takes in who came and went, and makes room; (descriptor, True if it came), in order."""
        happened = self._monitor.drain()
        for descriptor, accepted in happened:
            if accepted:
                self.open.add(descriptor)
                place = place_of(address_of(descriptor, self._port) or "")
                self.lose(self.slots.accept(descriptor, place, now), now)
            else:
                self.open.discard(descriptor)
                self.slots.end(descriptor)
        return happened

    def lose(self, connection: int | None, now: float) -> None:
        """Ends the connection for which there is no room, if there is one."""
        if connection is None:
            return
        if self._told is None or now - self._told > _TOLD_EVERY_S:
            self._told = now
            warn(
                log,
                "connections are short: some are hung up",
                socket=self._name,
                most=self.slots.room.most,
                waiting=self.slots.waiting,
            )
        self._end(connection)

    def end_overdue(self, now: float, asking: Container[int] = ()) -> None:
        """Ends those that have not said in time who they are, but for those that are `asking`."""
        for connection in self.slots.overdue(now, DEADLINE_S, asking):
            self._end(connection)

    def _end(self, connection: int) -> None:
        if self._port is not None:
            self.hung_up += hang_up(connection, self._port)
