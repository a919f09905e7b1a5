"""Waiting for several sources at once with few system calls: what `zmq.Poller` is too thorough for.

`zmq.Poller` asks every socket before and after it sleeps: with the broker's seven sources that was
two thirds of what it does for a lone message. Here the descriptors are waited for, and a socket is
asked only when its own has signalled or when it is in doubt.

In doubt is a socket that was ready the last time, since its reader may have left something, and one
that is also sent on: libzmq's descriptor signals a change once, and any call on the socket may take
the signal in (`ZMQ_FD` in zmq_getsockopt(3)).
"""

from __future__ import annotations

import select
from collections.abc import Iterable, Sequence
from typing import Any, cast

import zmq

_EVENTS, _POLLIN = int(zmq.EVENTS), int(zmq.POLLIN)  # flags of an enum take ten times as long


class Readiness:
    """Tells which of its sources can be read.

    Messages may be sent on the `sent_on` sockets at any time, on the others only while they are
    ready; how much of what waits is read is the reader's choice. Where one change follows
    upon another, it is not seen without that other if its socket stands before the other's
    (`sent_on` before `sockets`).
    """

    def __init__(
        self,
        sent_on: Sequence[zmq.Socket[Any]],
        sockets: Sequence[zmq.Socket[Any]],
        descriptors: Iterable[int],
    ) -> None:
        self._sent_on = tuple(sent_on)
        self._doubtful: Sequence[Any] = (*sent_on, *sockets)
        self._sources: dict[int, Any] = {int(s.getsockopt(zmq.FD)): s for s in self._doubtful}
        self._others = tuple(sockets)
        self._descriptors = frozenset(descriptors)
        self._poll = select.poll()
        for descriptor in (*self._sources, *self._descriptors):
            self._poll.register(descriptor, select.POLLIN)

    def wait(self, patience_ms: int | None = None) -> list[Any]:
        """The sockets and descriptors that can be read; none after `patience_ms` at most."""
        ready = [socket for socket in self._doubtful if readable(socket)]
        for descriptor, _ in self._poll.poll(0 if ready else patience_ms):
            if descriptor in self._descriptors:
                ready.append(descriptor)
                continue
            socket = self._sources[descriptor]
            if socket not in ready and readable(socket):
                ready.append(socket)
        self._doubtful = [*self._sent_on, *(s for s in ready if s in self._others)]
        return ready


def readable(socket: zmq.Socket[Any]) -> bool:
    """Whether a message can be read at once."""
    return bool(cast(int, socket.getsockopt(_EVENTS)) & _POLLIN)
