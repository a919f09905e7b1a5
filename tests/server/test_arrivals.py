"""Arrivals: a turn of the loop has an end, and whoever asks for much waits behind oneself."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from tests.domain.realms import peopled, says
from tests.server.fakes import KEY, OTHER_KEY, PEER, Desk, fault_of
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.errors import Code, Refused
from zmqchat.protocol import codec
from zmqchat.protocol import requests as ask
from zmqchat.protocol.requests import Request, RequestBody
from zmqchat.server.arrivals import MOST_OF_A_DEVICE, WORK_US, Arrivals
from zmqchat.server.parts import Incoming
from zmqchat.server.sessions import Session, Sessions
from zmqchat.server.workers import Asker, Ready

_STRANGE_KEY = "ee" * 32


class Case:
    """Arrivals of alice, bob and carol, whose answers take `cost_us` of a clock that is ours."""

    def __init__(self) -> None:
        self.state, self.actors = peopled("alice", "bob", "carol")
        self.sessions = Sessions()
        self.now_ns = 0
        self.cost_us: dict[bytes, int] = {}
        self.answered: list[tuple[bytes, int]] = []
        self.refused: list[tuple[bytes, int, Refused]] = []
        self.handed_out: list[bytes] = []
        self.turns = 0
        self.arrivals = Arrivals(
            self.state,
            self.sessions,
            self._answer,
            lambda incoming, number, error: self.refused.append((incoming.peer, number, error)),
            lambda ready: self.handed_out.append(ready.peer),
            lambda: self.now_ns,
        )

    def _answer(self, incoming: Incoming) -> None:
        self.answered.append((incoming.peer, codec.decode_envelope(incoming.data).id))
        self.now_ns += self.cost_us.get(incoming.peer, 10) * 1_000

    def session(self, peer: bytes, user: int, device: int | None = None) -> None:
        actor = self.actors[user]
        if device is not None:
            actor = replace(actor, device=device)
        self.sessions.open(Session(peer, "ab" * 32, actor, 7, "127.0.0.1", 0.0, 0))

    def put(self, peer: bytes, number: int, body: RequestBody | None = None) -> None:
        data = codec.encode(Request(number, body or ask.Heartbeat()))
        self.put_data(peer, data)

    def put_data(
        self, peer: bytes, data: bytes, key: str = "ab" * 32, address: str = "127.0.0.1"
    ) -> None:
        self.arrivals.put(Incoming(peer, key, address, 7, data), 5.0)

    def turn(self) -> None:
        self.turns += 1
        self.arrivals.work(lambda: False, lambda _: None)

    def all(self) -> list[bytes]:
        while self.arrivals:
            self.turn()
        return [peer for peer, _ in self.answered]


@pytest.fixture
def case() -> Case:
    return Case()


def test_a_turn_of_the_loop_has_an_end(case: Case) -> None:
    case.session(b"alice", 0)
    case.cost_us[b"alice"] = 100
    for number in range(40):
        case.put(b"alice", number)
    began_ns = case.now_ns
    case.turn()
    assert case.now_ns - began_ns <= (WORK_US + 100) * 1_000
    assert case.all() == [b"alice"] * 40
    assert case.turns == -(-4_000 // WORK_US)


def test_what_is_dear_is_shared_by_what_it_really_took(case: Case) -> None:
    for name, user in ((b"alice", 0), (b"bob", 1)):
        case.session(name, user)
    case.cost_us[b"alice"] = 2_000
    for number in range(20):
        case.put(b"alice", number)
        case.put(b"bob", number)
    order = case.all()
    assert order.index(b"bob") <= 1
    assert order[:22].count(b"bob") == 20


def test_what_is_dear_waits_for_what_is_cheap_once_that_is_known(case: Case) -> None:
    """Of a herd that says hello, each once: it is nobody's second turn before their first."""
    hello = ask.Hello([1], "x", "test")
    for number in range(60):
        case.session(b"hello-%d" % number, 0)
        case.cost_us[b"hello-%d" % number] = 2_000
    case.put(b"hello-0", 0, hello)
    case.all()
    for number in range(1, 60):
        case.sessions.close(b"hello-%d" % number)
        actor = replace(case.actors[0], device=300 + number)
        actor = replace(actor, user=replace(actor.user, id=300 + number))
        peer = b"hello-%d" % number
        case.sessions.open(Session(peer, "ab" * 32, actor, 7, "127.0.0.1", 0.0, 0))
        case.put(peer, number, hello)
    case.session(b"bob", 1)
    case.answered.clear()
    for number in range(5):
        case.put(b"bob", number)
        case.turn()
    assert [peer for peer, _ in case.answered].count(b"bob") == 5
    assert len(case.answered) <= 5 * (WORK_US // 2_000 + 2)
    case.all()


def test_a_short_request_is_not_reckoned_as_the_long_ones_of_its_kind(case: Case) -> None:
    long = ask.CatchUp([ask.Span(room, 1, bytes(32), 9) for room in range(1, 257)])
    for name, user in ((b"alice", 0), (b"carol", 2), (b"bob", 1)):
        case.session(name, user)
    case.cost_us = {b"alice": 2_000, b"carol": 2_000}
    case.put(b"alice", 1, long)
    case.all()
    case.answered.clear()
    case.put(b"alice", 2, long)
    case.put(b"carol", 1, long)
    case.put(b"bob", 1, ask.CatchUp(long.spans[:1]))
    assert case.all()[0] == b"bob"


def test_many_connections_and_devices_of_one_user_get_nobody_more(case: Case) -> None:
    for number in range(300):
        case.session(b"many-%d" % number, 0, device=100 + number % 30)
        case.cost_us[b"many-%d" % number] = 1_000
    case.session(b"bob", 1)
    for number in range(300):
        case.put(b"many-%d" % number, number)
    case.put(b"bob", 1)
    assert case.all().index(b"bob") <= 1


def test_the_order_of_one_session_stays_also_where_too_much_waits(case: Case) -> None:
    case.session(b"alice", 0)
    case.session(b"bob", 1)
    send = ask.Send([says(GENERAL_ID, "x" * 60_000)] * 15)
    for number in range(40):
        case.put(b"alice", number, send)
    assert [number for _, number in case.answered] == list(range(len(case.answered)))
    assert 20 <= len(case.answered) < 40  # the oldest had to be answered at once
    case.put(b"bob", 1)
    case.all()
    assert [number for peer, number in case.answered if peer == b"alice"] == list(range(40))
    assert case.refused == []
    # What was answered at once was counted: bob, who comes later, has his turn first.
    assert case.answered[[p for p, _ in case.answered].index(b"bob") - 1][1] <= 35


def test_what_is_no_send_is_refused_where_too_much_of_the_device_waits(case: Case) -> None:
    case.session(b"alice", 0)
    case.session(b"bob", 1)
    count = MOST_OF_A_DEVICE // 2_048 + 100
    for number in range(count):
        case.put(b"alice", number)
    assert 50 <= len(case.refused) <= 500
    peer, number, error = case.refused[0]
    assert (peer, error.code, error.retryable) == (b"alice", Code.BUSY, True)
    assert 0.1 <= (error.retry_after or 0.0) <= 60.0
    case.put(b"bob", 1)
    assert all(peer == b"alice" for peer, _, _ in case.refused)
    order = case.all()
    assert order.index(b"bob") <= 1
    assert len(order) + len(case.refused) == count + 1
    case.put_data(b"alice", b"no request")
    for number in range(count):
        case.put(b"alice", number)
    case.put_data(b"alice", b"no request")
    assert case.refused[-1][1] == 0


def test_strangers_together_are_one_user_and_who_is_known_is_no_stranger(case: Case) -> None:
    case.session(b"bob", 1)
    hello = codec.encode(Request(1, ask.Hello([1], "x", "test")))
    for number in range(50):
        peer = b"stranger-%d" % number
        case.cost_us[peer] = 1_000
        case.put_data(peer, hello, key=_STRANGE_KEY)
    for number in range(5):
        case.put(b"bob", number)
    device = case.state.device(case.actors[0].device)
    assert device is not None
    known = device.key.hex()
    case.put_data(b"alice-again", hello, key=known)
    order = case.all()
    kinds = Counter(peer.split(b"-")[0] for peer in order[:8])
    assert (kinds[b"bob"], kinds[b"alice"]) == (5, 1)


def test_reading_stops_when_too_much_of_all_waits_and_goes_on_then(case: Case) -> None:
    hello = codec.encode(Request(1, ask.Hello([1], "x" * 900_000, "test")))
    for number in range(100):
        if case.arrivals.full:
            break
        case.session(b"%d" % number, number % 3, device=200 + number)
        case.put_data(b"%d" % number, hello)
    assert case.arrivals.full
    assert number * len(hello) < 64 * 1024 * 1024
    case.turn()
    assert not case.arrivals.full


def test_neither_one_users_devices_nor_strangers_keep_others_from_being_read(case: Case) -> None:
    hello = codec.encode(Request(1, ask.Hello([1], "x" * 900_000, "test")))
    for number in range(80):
        case.session(b"%d" % number, 0, device=200 + number)
        case.put_data(b"%d" % number, hello)
        at = f"10.0.0.{number}"
        case.put_data(b"stranger-%d" % number, hello, key=_STRANGE_KEY, address=at)
    assert not case.arrivals.full
    assert {error.code for _, _, error in case.refused} == {Code.BUSY}
    # What a device sends is decided in its order, also where its user's others fill the room.
    refused = len(case.refused)
    while len(case.refused) == refused:
        case.put(b"0", 2)
    case.session(b"sender", 0, device=900)
    for number in range(3):
        case.put(b"sender", number, ask.Send([says(GENERAL_ID, "x")]))
    assert case.answered == [(b"sender", 0), (b"sender", 1), (b"sender", 2)]
    case.session(b"bob", 1)
    case.put(b"bob", 1)
    assert case.all().index(b"bob") <= 4


def test_what_is_answered_on_its_arrival_has_an_end_too(case: Case) -> None:
    case.session(b"alice", 0)
    case.cost_us[b"alice"] = 200
    send = ask.Send([says(GENERAL_ID, "x" * 60_000)] * 15)
    for number in range(200):
        if case.arrivals.full:
            break
        case.put(b"alice", number, send)
    assert len(case.answered) == -(-WORK_US // 200)
    case.turn()
    assert not case.arrivals.full


def test_a_session_is_heard_of_when_its_request_is_read(case: Case) -> None:
    case.session(b"alice", 0)
    case.put(b"alice", 1)
    assert case.sessions.silent_since(5.0) == []
    assert 7 in case.arrivals.asking
    case.all()
    assert 7 not in case.arrivals.asking


def test_what_was_read_for_a_herd_goes_out_by_turns_too(case: Case) -> None:
    case.session(b"bob", 1)
    for user in range(300, 400):
        ready = Ready(Asker(b"herd", user, user), 1, b"x" * 500_000, lambda: None, lambda: None)
        case.arrivals.put_ready(ready)
    case.put(b"bob", 1)
    case.turn()
    assert case.answered == [(b"bob", 1)]
    case.arrivals.put_ready(Ready(Asker(b"small", 7, 7), 1, b"x" * 100, lambda: None, lambda: None))
    case.all()
    assert case.handed_out.count(b"herd") == 100
    case.arrivals.put_ready(Ready(Asker(b"last", 7, 7), 1, b"", lambda: None, lambda: None))
    case.put(b"bob", 2)
    case.arrivals.finish()
    assert case.handed_out[-1] == b"last"
    assert case.answered == [(b"bob", 1)]


@pytest.mark.parametrize("key", [OTHER_KEY, _STRANGE_KEY])
def test_endless_lists_of_one_hold_nobody_up(desk: Desk, key: str) -> None:
    """A member's, and a stranger's: 20 requests with 100,000 ids, and then somebody else's send."""
    service = desk.service
    if key == OTHER_KEY:
        bob = desk.actor("bob")
        service.sessions.open(Session(b"\0mall", key, bob, 8, "127.0.0.2", 0.0, 0))
    arrivals = desk.arrivals()
    ids = list(range(100_000))
    data = codec.encode({"id": 1, "body": {"type": "open-rooms", "rooms": ids}})
    for _ in range(20):
        arrivals.put(Incoming(b"\0mall", key, "127.0.0.2", 8, data), 0.0)
    arrivals.put(Incoming(PEER, KEY, "127.0.0.1", 7, codec.encode(Request(2, ask.Rooms()))), 0.0)
    before = len(desk.replies)
    while arrivals:
        arrivals.work(lambda: False, lambda _: None)
    answered = [peer for peer, _ in desk.replies[before:]]
    assert answered.index(PEER) <= 1
    faults = [fault_of(reply) for peer, reply in desk.replies[before:] if peer != PEER]
    assert len(faults) == 20
    assert {fault.code for fault in faults} <= {Code.NO_SESSION, Code.BAD_REQUEST}
