"""Floods of every request, whose replies nobody reads: others are served, and nothing grows."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.attack.realm import FACE
from tests.domain.realms import item, says, send_id
from tests.protocol.test_document import example
from tests.server.fakes import KEY, OTHER_KEY, PEER, Desk
from tests.server.running import Client, RunningServer, deaf
from tests.support.waiting import eventually
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.protocol import codec
from zmqchat.protocol import requests as ask
from zmqchat.protocol.events import Reacted
from zmqchat.protocol.people import Presence
from zmqchat.protocol.replies import Accepted, Beat, Sent
from zmqchat.protocol.requests import Request, RequestBody
from zmqchat.server.parts import Incoming
from zmqchat.server.sessions import Session

_HOSTILE = "127.0.0.2"
_MANY = 1_000
_FLOOD = 1_500
_MB = 1024 * 1024
_PASSWORDS = "passwords"


@pytest.mark.parametrize("kind", sorted(ask.BY_TYPE))
@pytest.mark.parametrize("key", [OTHER_KEY, "ee" * 32], ids=["member", "stranger"])
def test_one_who_asks_comes_behind_nobodys_many(desk: Desk, kind: str, key: str) -> None:
    """Turns, not time: how many of a flood are answered before somebody else's request."""
    service = desk.service
    if key == OTHER_KEY:
        bob = desk.actor("bob")
        service.sessions.open(Session(b"\0mall", key, bob, 8, _HOSTILE, 0.0, 0))
    arrivals = desk.arrivals()
    flood = example(f"request-{kind}")
    for number in range(_MANY):
        place = f"127.0.{1 + number // 250}.{2 + number % 250}"
        arrivals.put(Incoming(b"\0mall", key, place, 8, flood), 0.0)
    before = len(desk.replies)
    honest = codec.encode(Request(2, ask.Heartbeat()))
    arrivals.put(Incoming(PEER, KEY, "127.0.0.1", 7, honest), 0.0)
    while not any(peer == PEER for peer, _ in desk.replies[before:]):
        arrivals.work(lambda: False, lambda _: None)
    others = [peer for peer, _ in desk.replies[before:]].index(PEER)
    assert others <= 2, f"{others} of a flood of {kind} came first"


def _floods() -> dict[str, list[RequestBody]]:
    """What a member may ask for, many times."""
    return {
        "hello": [ask.Hello([1], "mallory", "test")],
        "heartbeat": [ask.Heartbeat()],
        "presence": [ask.SetPresence(state) for state in (Presence.AWAY, Presence.ONLINE)],
        "typing": [ask.SetTyping(GENERAL_ID)],
        "codes": [ask.MakeLinkCode()],
        "rooms": [ask.CreateRoom(send_id(), f"room-{number}") for number in range(_FLOOD)],
        "names": [ask.FindPeople([f"name-{number}" for number in range(64)])],
        "lists": [ask.Rooms(), ask.Members(), ask.Members(GENERAL_ID), ask.Account()],
        "searches": [ask.Search(f"word{number} has:link") for number in range(50)],
        "history": [
            ask.History(GENERAL_ID, None, 200),
            ask.CatchUp([ask.Span(GENERAL_ID, 0, b"", 2000)]),
        ],
        "pictures": [ask.SetProfile(picture=FACE), ask.SetProfile(picture=b"")],
        "messages": [ask.Send([says(GENERAL_ID, "x" * 10_000)]) for _ in range(_FLOOD)],
        "reactions": [ask.Send([item(GENERAL_ID, Reacted(2, "👍"))]) for _ in range(_FLOOD)],
        _PASSWORDS: [ask.SetPassword("correct horse", "wrong")],
    }


def test_a_members_flood_keeps_nobody_waiting_and_nothing_grows(tmp_path: Path) -> None:
    with RunningServer(tmp_path / "data") as server, ExitStack() as stack:
        server.started()
        alice = stack.enter_context(Client(server))
        alice.hello("alice")
        files = _descriptors(server)
        before = server.memory
        for number, (name, bodies) in enumerate(_floods().items()):
            with Client(server, source=_HOSTILE) as mallory:
                mallory.hello(f"mallory-{number}")
                for at in range(_FLOOD):
                    mallory.send(bodies[at % len(bodies)])
                assert isinstance(alice.ask(ask.Heartbeat()).ok, Beat), name
                (result,) = alice.get(Sent, ask.Send([says(GENERAL_ID, name)])).results
                assert isinstance(result, Accepted), name
            hashing = 64 * _MB if name == _PASSWORDS else 0  # what one takes, one at a time
            assert server.memory - before < 64 * _MB + hashing, name
        eventually(lambda: _descriptors(server) <= files + 4)
        assert server.stop() == 0
        assert "Traceback" not in server.log


def test_pages_that_nobody_reads_are_not_kept(tmp_path: Path) -> None:
    with RunningServer(tmp_path / "data") as server, ExitStack() as stack:
        server.started()
        alice = stack.enter_context(Client(server))
        alice.hello("alice")
        for _ in range(16):
            alice.get(Sent, ask.Send([says(GENERAL_ID, "x" * 60_000)]))
        before = server.memory
        page = ask.History(GENERAL_ID, None, 200)  # a megabyte
        for number in range(4):
            mallory = stack.enter_context(deaf(server, _HOSTILE))
            mallory.hello(f"mallory-{number}")
            for _ in range(300):
                mallory.send(page)
        for _ in range(50):
            assert isinstance(alice.ask(ask.Heartbeat()).ok, Beat)
            assert alice.ask(page).ok is not None
        assert server.memory - before < 64 * _MB


def _descriptors(server: RunningServer) -> int:
    return len(list(Path(f"/proc/{server.pid}/fd").iterdir()))
