"""The monitor tells of connections in order, however many there were before it is read."""

from __future__ import annotations

import socket

import zmq

from tests.support.waiting import eventually
from zmqchat.runtime.monitor import Monitor


def test_connections_come_and_go() -> None:
    with zmq.Context() as context:
        router = context.socket(zmq.ROUTER)
        monitor = Monitor(router)
        port = router.bind_to_random_port("tcp://127.0.0.1")
        happened: list[tuple[int, bool]] = []

        def settled(count: int) -> bool:
            happened.extend(monitor.drain())
            return len(happened) == count

        raw = socket.create_connection(("127.0.0.1", port))
        eventually(lambda: settled(1))
        raw.close()
        eventually(lambda: settled(2))
        fd = happened[0][0]
        assert happened == [(fd, True), (fd, False)]
        monitor.close()
        router.close(0)


def test_what_nobody_reads_holds_nothing_up() -> None:
    with zmq.Context() as context:
        pull, push = context.socket(zmq.PULL), context.socket(zmq.PUSH)
        monitor = Monitor(pull)
        port = pull.bind_to_random_port("tcp://127.0.0.1")
        for _ in range(1_500):  # more than both default high-water marks hold, with their ends
            socket.create_connection(("127.0.0.1", port)).close()
        push.connect(f"tcp://127.0.0.1:{port}")
        push.send(b"x")
        assert pull.poll(20_000)
        monitor.close()
        monitor.close()
        for one in (pull, push):
            one.close(0)
