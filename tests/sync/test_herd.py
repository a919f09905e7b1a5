"""When everybody comes back at once: a client waits as it is told, and keeps what it has."""

from __future__ import annotations

import math

import pytest

from tests.sync.model import Client, Server
from tests.sync.seeing import asked, seen
from zmqchat.errors import Code
from zmqchat.protocol.limits import ROOMS_PER_CATCH_UP
from zmqchat.protocol.replies import Fault, Reply
from zmqchat.protocol.requests import CatchUp, Chains, Heartbeat, OpenRooms, RequestBody
from zmqchat.sync import effects as fx
from zmqchat.sync.context import MOST_TOLD_S, Context
from zmqchat.sync.heartbeats import Heartbeats


@pytest.fixture
def server() -> Server:
    server = Server()
    for number in range(3):
        for room in (1, 2):
            server.post(room, f"before {number}")
    return server


def _behind(server: Server, client: Client, rooms: int = 1) -> None:
    """Messages that no frame brought, until they are asked for."""
    for room in range(1, rooms + 1):
        server.post(room, "lost")
    server.published.clear()
    while not asked(client, CatchUp):
        client.tick(0.5)
        _answer_all_but(client, CatchUp)


def _answer_all_but(client: Client, kind: type[RequestBody]) -> None:
    kept = [request for request in client.requests if isinstance(request.body, kind)]
    client.requests[:] = [request for request in client.requests if request not in kept]
    client.serve(100)
    client.hear_replies(100)
    client.requests[:0] = kept


def _refuse(client: Client, kind: type[RequestBody], retry_after: float) -> None:
    (request,) = (each for each in client.requests if isinstance(each.body, kind))
    client.requests.remove(request)
    fault = Fault(Code.BUSY, "later", retry_after)
    client.run(client.machine.reply(client.now, Reply(request.id, error=fault)))


def test_a_catch_up_that_is_put_off_is_not_asked_again_before_whatever_else_is_heard(
    server: Server, client: Client
) -> None:
    _behind(server, client)
    _refuse(client, CatchUp, 30.0)
    refused_at = client.now
    client.seen.clear()
    while not asked(client, CatchUp):
        server.post(1, "heard")
        if int(client.now) % 2:
            server.published.clear()  # a hole
        client.hear(10)
        client.tick(0.25)
        _answer_all_but(client, CatchUp)
    assert 30.0 <= client.now - refused_at <= 40.0
    client.settle()
    client.check_whole()


def test_what_it_was_told_holds_for_the_next_session_too(server: Server, client: Client) -> None:
    _behind(server, client)
    _refuse(client, CatchUp, 30.0)
    refused_at = client.now
    client.seen.clear()
    client.disconnect()
    while not asked(client, CatchUp):
        client.connect()
        client.hear(10)
        client.tick(0.25)
        _answer_all_but(client, CatchUp)
    assert client.now - refused_at >= 30.0


def test_a_server_is_not_given_up_while_it_answers_heartbeats(
    server: Server, client: Client
) -> None:
    _behind(server, client)
    began = client.now
    while client.now < began + 60.0:
        client.tick(0.5)
        _answer_all_but(client, CatchUp)
    assert seen(client, fx.HangUp) == []
    assert len(asked(client, Heartbeat)) >= 10
    assert len(asked(client, CatchUp)) == 1  # and it is asked once
    client.settle()
    client.check_whole()


def test_a_server_that_answers_other_things_and_no_heartbeat_is_given_up(
    server: Server, client: Client
) -> None:
    began = client.now
    while not seen(client, fx.HangUp):
        client.tick(0.5)
        _answer_all_but(client, Heartbeat)
        assert client.now < began + 30.0


def test_sessions_that_are_lost_a_moment_after_they_began_are_tried_less_often(
    server: Server, client: Client
) -> None:
    waits = []
    for _ in range(6):
        client.disconnect()
        waits.append(round((client.machine.retry_at or 0.0) - client.now, 3))
        client.tick(waits[-1])
        client.connect()
        client.serve(100)
        client.hear_replies(100)
        client.hear(100)  # the barrier, and so a heartbeat
        client.serve(100)
        client.hear_replies(100)
        assert client.machine.open
    assert waits == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2]
    for _ in range(30):
        client.tick(0.5)
        client.serve(100)
        client.hear_replies(100)
    client.disconnect()
    assert round((client.machine.retry_at or 0.0) - client.now, 3) == 0.1


def test_what_was_caught_up_with_stays_when_the_connection_breaks() -> None:
    rooms = ROOMS_PER_CATCH_UP + 60
    server = Server(rooms)
    client = Client(server)
    client.settle()
    client.disconnect()
    for room in range(1, rooms + 1):
        server.post(room, "while it was away")
    server.published.clear()
    client.seen.clear()
    have: set[int] = set()
    for _ in range(3):  # the connection breaks after each answer
        while not asked(client, CatchUp):
            client.tick(0.5)
            client.connect()
            client.hear(10)
            _answer_all_but(client, CatchUp)
        (request,) = asked(client, CatchUp)
        assert not have & {span.room for span in request.spans}
        client.serve(100)
        client.hear_replies(100)
        fresh = {effect.room for effect in seen(client, fx.Applied)}
        assert fresh
        have |= fresh
        client.disconnect()
        client.seen.clear()
    client.settle()
    client.check_whole()


@pytest.mark.parametrize("wait_s", [1e9, math.inf, math.nan, -1e9])
def test_no_answer_puts_a_catch_up_off_for_ever(
    server: Server, client: Client, wait_s: float
) -> None:
    _behind(server, client)
    _refuse(client, CatchUp, wait_s)
    refused_at = client.now
    client.seen.clear()
    while not asked(client, CatchUp) and client.now < refused_at + 1_000.0:
        client.tick(0.25)
        _answer_all_but(client, CatchUp)
    assert 0.0 < client.now - refused_at <= 1.25 * MOST_TOLD_S + 5.0
    client.settle()
    client.check_whole()


@pytest.mark.parametrize("kind", [OpenRooms, Chains])
def test_rooms_and_chains_that_are_put_off_are_not_asked_for_before(
    server: Server, client: Client, kind: type[RequestBody]
) -> None:
    server.rotate(1) if kind is OpenRooms else server.lose_tail(1)
    _until_asked(server, client, kind)
    _refuse(client, kind, 20.0)
    refused_at = client.now
    client.seen.clear()
    if kind is OpenRooms:
        server.rotate(2)
    _until_asked(server, client, kind)
    assert client.now - refused_at >= 20.0


def _until_asked(server: Server, client: Client, kind: type[RequestBody]) -> None:
    while not asked(client, kind):
        client.connect()
        client.hear(10)
        client.tick(0.25)
        _answer_all_but(client, kind)


@pytest.mark.parametrize("period_s", [1e9, math.inf, math.nan, -1.0, 0.0])
def test_no_server_has_heartbeats_come_never_or_without_a_pause(period_s: float) -> None:
    context = Context(lambda: 0.0)
    heartbeats = Heartbeats(context)
    heartbeats.begin(100.0, b"", period_s)
    assert 100.0 < (context.wakeup() or 0.0) <= 100.0 + MOST_TOLD_S
