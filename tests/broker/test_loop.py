"""The broker as a process: who hears, what a barrier says, and how it ends."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import zmq

from tests.support.broker import RunningBroker, await_subscription, receive, start
from tests.support.peers import is_hung_up
from tests.support.waiting import eventually
from zmqchat.protocol.limits import SEALED_BYTES
from zmqchat.protocol.topics import barrier, handle
from zmqchat.runtime.monitor import Monitor
from zmqchat.security.keys import ensure_realm_keys, write_broker_kit

BARRIER = barrier(b"nonce..1")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RunningBroker]:
    with RunningBroker(tmp_path / "data") as running:
        yield running


def test_an_authorised_sub_hears_its_handles_and_no_others(broker: RunningBroker) -> None:
    publisher = broker.publisher()
    sub = broker.listener(handle(1), handle(3), BARRIER)
    assert receive(sub) == [BARRIER, b""]
    for number in (1, 2, 3):
        publisher.send_multipart([handle(number), b"sealed %d" % number])
    assert receive(sub) == [handle(1), b"sealed 1"]
    assert receive(sub) == [handle(3), b"sealed 3"]


def test_the_barrier_says_that_all_handles_before_it_are_in_force(broker: RunningBroker) -> None:
    publisher = broker.publisher()
    sub = broker.listener(*(handle(number) for number in range(5_000)), BARRIER)
    assert receive(sub) == [BARRIER, b""]
    for number in range(5_000):
        publisher.send_multipart([handle(number), b"x"])
        if number % 500 == 499:  # within every high-water mark
            heard = [receive(sub)[0] for _ in range(500)]
            assert heard == [handle(n) for n in range(number - 499, number + 1)]


def test_strangers_at_the_publish_port_do_not_push_the_server_out(broker: RunningBroker) -> None:
    publisher = broker.publisher()
    monitor = Monitor(publisher)
    with ExitStack() as stack:
        strangers = [
            stack.enter_context(
                socket.create_connection(
                    ("127.0.0.1", broker.publish_port), source_address=(f"127.0.1.{number}", 0)
                )
            )
            for number in range(1, 80)
        ]
        eventually(lambda: is_hung_up(strangers[4]))
        assert not monitor.socket.poll(200)
    monitor.close()


def test_a_killed_broker_comes_back_and_answers_the_barrier_again(broker: RunningBroker) -> None:
    publisher = broker.publisher()
    sub = broker.listener(handle(7), BARRIER)
    assert receive(sub) == [BARRIER, b""]
    for _ in range(2):
        broker.process.kill()
        broker.start()
        eventually(lambda: publisher.recv(zmq.DONTWAIT) == b"\x01" if publisher.poll(50) else False)
        assert receive(sub) == [BARRIER, b""]
        publisher.send_multipart([handle(7), b"again"])
        assert receive(sub) == [handle(7), b"again"]


def test_a_topic_that_is_left_is_heard_no_more(broker: RunningBroker) -> None:
    publisher = broker.publisher()
    sub = broker.listener(handle(1), handle(2), BARRIER)
    assert receive(sub) == [BARRIER, b""]
    sub.unsubscribe(handle(1))
    second = barrier(b"nonce..2")
    sub.subscribe(second)
    assert receive(sub) == [second, b""]
    publisher.send_multipart([handle(1), b"left"])
    publisher.send_multipart([handle(2), b"kept"])
    assert receive(sub) == [handle(2), b"kept"]


def test_two_servers_are_heard_at_once(broker: RunningBroker) -> None:
    first, second = broker.publisher(), broker.publisher()
    sub = broker.listener(handle(1), BARRIER)
    receive(sub)
    first.send_multipart([handle(1), b"first"])
    assert receive(sub)[1] == b"first"
    second.send_multipart([handle(1), b"second"])
    assert receive(sub)[1] == b"second"


def test_a_large_frame_passes_and_one_beyond_the_limit_does_not(broker: RunningBroker) -> None:
    publisher = broker.publisher()
    sub = broker.listener(handle(1), BARRIER)
    receive(sub)
    large = bytes(SEALED_BYTES)
    publisher.send_multipart([handle(1), large])
    assert receive(sub) == [handle(1), large]
    publisher.send_multipart([handle(1), bytes(2 * SEALED_BYTES)])
    await_subscription(publisher)  # it was disconnected for that, and has come again
    publisher.send_multipart([handle(1), b"after"])
    assert receive(sub)[1] == b"after"


def test_it_runs_from_a_broker_kit_alone(tmp_path: Path) -> None:
    data, kit = tmp_path / "data", tmp_path / "kit"
    write_broker_kit(ensure_realm_keys(data).for_broker, kit)
    before = sorted(path.name for path in kit.rglob("*"))
    with RunningBroker(data, kit) as broker:
        publisher = broker.publisher()
        sub = broker.listener(handle(1), BARRIER)
        assert receive(sub) == [BARRIER, b""]
        publisher.send_multipart([handle(1), b"through the kit"])
        assert receive(sub) == [handle(1), b"through the kit"]
    assert sorted(path.name for path in kit.rglob("*")) == before


def test_sigterm_ends_it_cleanly(broker: RunningBroker) -> None:
    broker.listener(handle(1), BARRIER)
    assert broker.process.stop() == 0
    started, stopped = broker.process.errors
    assert "broker started" in started
    assert "broker stopped reason=SIGTERM" in stopped


def test_a_supervised_broker_ends_with_its_supervisor(broker: RunningBroker) -> None:
    broker.process.stop()
    broker.start(supervised=True)
    broker.process.close_input()
    assert broker.process.wait() == 0


def test_a_port_in_use_is_one_clear_line(broker: RunningBroker, tmp_path: Path) -> None:
    with start(tmp_path / "other", broker.publish, "tcp://127.0.0.1:*") as other:
        assert (other.wait(), other.rest()) == (1, [])
        assert other.log == (
            f"port {broker.publish_port} on 127.0.0.1 is in use by another program: "
            "stop that one, or choose another port"
        )
