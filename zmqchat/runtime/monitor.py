"""Connections of a bound socket, by the file descriptors that libzmq reports."""

from __future__ import annotations

import secrets
from typing import Any

import zmq
from zmq.utils.monitor import parse_monitor_message

_EVENTS = int(zmq.Event.ACCEPTED | zmq.Event.DISCONNECTED)
_DRAINED_AT_ONCE = 2_000


class Monitor:
    """Tells which connections came and went. A number is used again at once by the next one."""

    def __init__(self, monitored: zmq.Socket[Any]) -> None:
        address = f"inproc://monitor.{secrets.token_hex(8)}"
        monitored.monitor(address, _EVENTS)
        self._monitored = monitored
        self.socket = monitored.context.socket(zmq.PAIR, socket_class=zmq.Socket)
        self.socket.setsockopt(zmq.LINGER, 0)
        # libzmq's I/O thread, which serves all connections, waits where there is no room.
        self.socket.setsockopt(zmq.RCVHWM, 0)
        self.socket.connect(address)

    def drain(self) -> list[tuple[int, bool]]:
        """What happened since the last call, in order: (fd, True if it was accepted)."""
        happened: list[tuple[int, bool]] = []
        while len(happened) < _DRAINED_AT_ONCE:
            try:
                event = parse_monitor_message(self.socket.recv_multipart(zmq.DONTWAIT))
            except zmq.Again:
                break
            if event["event"] in (zmq.Event.ACCEPTED, zmq.Event.DISCONNECTED):
                happened.append((event["value"], event["event"] == zmq.Event.ACCEPTED))
        return happened

    def close(self) -> None:
        """Stops watching; the monitored socket goes on."""
        if not self._monitored.closed:
            self._monitored.disable_monitor()
        self.socket.close()
