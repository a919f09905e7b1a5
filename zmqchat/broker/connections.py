"""The broker's TCP connections: how many there are, and that there are never too many.

Over the limit of open files libzmq spins in accept, so a connection too many is ended as it is
accepted. Unbinding would refuse it sooner, but libzmq ends all connections of an address with it.
"""

from __future__ import annotations

import logging
from collections.abc import Container
from typing import Any

import zmq

from zmqchat.broker.admission import Admission
from zmqchat.runtime.log import warn
from zmqchat.runtime.monitor import Monitor
from zmqchat.runtime.peers import hang_up

log = logging.getLogger(__name__)


class Connections:
    """Follows both sockets' connections, and tells `admission` of the subscribers'.

    `of_publishers` and `of_subscribers` are the descriptors of those that are open; `most` is how
    many there may be together. The ports are those that are bound; that of an `ipc://` address is
    None.
    """

    def __init__(
        self,
        publishers: Monitor,
        subscribers: Monitor,
        publish_port: int | None,
        subscribe_port: int | None,
        admission: Admission,
        most: int,
    ) -> None:
        self.turned_away = 0
        self.of_publishers: set[int] = set()
        self.of_subscribers: set[int] = set()
        self._publishers, self._subscribers = publishers, subscribers
        self._publish_port, self._subscribe_port = publish_port, subscribe_port
        self._admission = admission
        self._most = most
        self._full = False

    @property
    def sockets(self) -> tuple[zmq.Socket[bytes], ...]:
        """What to poll."""
        return self._publishers.socket, self._subscribers.socket

    def follow(self, ready: Container[Any]) -> None:
        """Takes in what happened on the sockets that are `ready`."""
        if self._publishers.socket in ready:
            for descriptor, accepted in self._publishers.drain():
                self._note(descriptor, self.of_publishers, accepted=accepted)
                self._bound(descriptor, self._publish_port, accepted=accepted)
        if self._subscribers.socket in ready:
            for descriptor, accepted in self._subscribers.drain():
                if accepted:
                    self._admission.accepted(descriptor)
                else:
                    self._admission.gone(descriptor)
                self._note(descriptor, self.of_subscribers, accepted=accepted)
                self._bound(descriptor, self._subscribe_port, accepted=accepted)

    def close(self) -> None:
        """Stops following."""
        self._publishers.close()
        self._subscribers.close()

    def _note(self, descriptor: int, connections: set[int], *, accepted: bool) -> None:
        if accepted:
            connections.add(descriptor)
        else:
            connections.discard(descriptor)

    def _bound(self, descriptor: int, port: int | None, *, accepted: bool) -> None:
        count = len(self.of_publishers) + len(self.of_subscribers)
        if not accepted:
            self._full = self._full and count >= self._most
            return
        if count <= self._most:
            return
        if not self._full:
            self._full = True
            warn(log, "too many connections: new ones are turned away", most=self._most)
        if port is not None:
            self.turned_away += hang_up(descriptor, port)
