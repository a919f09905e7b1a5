"""Everybody comes back at once: few queries, and whoever is put off gets there, too."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from threading import Event as Signal
from typing import Any

import pytest
import sqlalchemy as sa

from tests.domain.realms import item
from tests.server.fakes import HELLO, body_of, fault_of
from tests.server.test_searches import NAMES, World, _Of
from tests.support.waiting import eventually
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Room
from zmqchat.errors import Code
from zmqchat.protocol.events import Joined, Posted
from zmqchat.protocol.replies import CaughtUpAll, Done, Reply, ReplyBody, Sent
from zmqchat.protocol.requests import CatchUp, Hello, Send, Span
from zmqchat.server import reads
from zmqchat.server.recent import Recent
from zmqchat.server.workers import THREADS, Asker

ROOMS, BEHIND, CLIENTS, AT_ONCE = 40, 5, 12, 4


_HERD = tuple(f"p{letter}x" for letter in "abcdefghjkmn"[:CLIENTS])


def _of(name: str) -> _Of:
    """Whose session it is, by the order in which they came in."""
    number = (NAMES + _HERD).index(name) + 1
    return _Of(peer=b"\0%04d" % number, key=f"{number:064x}")


class Herd:
    """Clients that are behind in many rooms; `queries` are those that read logs."""

    def __init__(self, world: World) -> None:
        self.world, self.desk = world, world.desk
        self.names = _HERD
        self.queries: list[str] = []
        rooms = [world.makes("alice", private=False) for _ in range(ROOMS)]
        for name in self.names:
            assert self.desk.receive(Hello([1], name, "test", HELLO.token), **_of(name)) is None
            self.desk.commit()
            user = next(user for user in self.desk.state.users.values() if user.name == name)
            self._send(name, [item(room, Joined(user.id, name)) for room in rooms])
        self.points = {room: self.desk.state.rooms[room] for room in rooms}
        for number in range(BEHIND):
            self._send("alice", [item(room, Posted(f"{number}")) for room in rooms])
        spans = [Span(room, at.seq, at.chain, 2_000) for room, at in self.points.items()]
        self.request = CatchUp(spans)
        self.cost = 20 + ROOMS + ROOMS * BEHIND
        self.desk.workers.most = AT_ONCE * self.cost
        self.gate = Signal()
        self._hold_up()
        with world.store.reading() as connection:
            sa.event.listen(connection.engine, "before_cursor_execute", self._note)

    def _send(self, name: str, items: list[Any]) -> None:
        reply = self.desk.ask(Send(items), **_of(name))
        assert len(body_of(Sent, reply).results) == len(items)

    def _note(self, *given: Any) -> None:
        if "json_each" in given[2]:
            self.queries.append(given[2])

    def _hold_up(self) -> None:
        """All readers are busy until `gate` opens."""
        held = [Signal() for _ in range(THREADS)]

        def hold(mine: Signal) -> ReplyBody:
            mine.set()
            assert self.gate.wait(20)
            return Done()

        for number, each in enumerate(held):
            asker = Asker(b"holder", 900 + number, 900 + number)
            self.desk.workers.submit(asker, 1, partial(hold, each))
            assert each.wait(20)

    def ask(self, name: str) -> float | None:
        """When to ask again, or None where the answer will come."""
        reply = self.desk.receive(self.request, **_of(name))
        if reply is None:
            return None
        fault = fault_of(reply)
        assert fault.code == Code.BUSY
        return fault.retry_after

    def answers(self, count: int) -> list[Reply]:
        """So many that were read, as they are handed out; the holders' are not."""
        eventually(lambda: len(self.desk.delivered) >= count)
        ready, self.desk.delivered[:] = list(self.desk.delivered), []
        before = len(self.desk.replies)
        for each in ready:
            if each.peer != b"holder":
                self.desk.service.answered(each)
        return [reply for _, reply in self.desk.replies[before:]]


@pytest.fixture
def herd(tmp_path: Path) -> Iterator[Herd]:
    world = World(tmp_path)
    herd = Herd(world)
    yield herd
    herd.gate.set()
    world.close()


def test_all_are_complete_with_few_queries_and_nobody_is_put_off_for_ever(herd: Herd) -> None:
    told = {name: herd.ask(name) for name in herd.names}
    put_off = [name for name, wait in told.items() if wait is not None]
    assert len(put_off) == CLIENTS - AT_ONCE
    waits = [told[name] or 0.0 for name in put_off]
    assert all(0.1 <= wait <= 60.0 for wait in waits)
    assert herd.queries == []
    herd.gate.set()
    replies = herd.answers(AT_ONCE + THREADS)
    while put_off:
        some, put_off = put_off[:AT_ONCE], put_off[AT_ONCE:]
        assert [herd.ask(name) for name in some] == [None] * len(some)
        replies += herd.answers(len(some))
    assert len(replies) == CLIENTS
    # All rooms of a request are one query, and what many ask for is read once (by each thread).
    assert 1 <= len(herd.queries) <= THREADS
    for reply in replies:
        spans = body_of(CaughtUpAll, reply).spans
        assert [len(span.events) for span in spans] == [BEHIND] * ROOMS
        assert not any(span.diverged for span in spans)


def test_for_those_who_are_gone_nothing_is_read(herd: Herd) -> None:
    waiting = herd.names[:AT_ONCE]
    assert [herd.ask(name) for name in waiting] == [None] * AT_ONCE
    for name in waiting[:-1]:
        herd.desk.service.end(_of(name)["peer"], "gone")
    # Their places are free, too.
    assert herd.ask(herd.names[AT_ONCE]) is None
    herd.gate.set()
    assert len(herd.answers(2 + THREADS)) == 2
    herd.desk.workers.stop()
    assert herd.desk.delivered == []


def test_somebody_who_wants_little_is_not_behind_the_herd(
    herd: Herd, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    read = reads.catch_up

    def catch_up(recent: Recent, realm: bytes, spans: list[tuple[Span, Room]]) -> CaughtUpAll:
        begun.append(len(spans))
        return read(recent, realm, spans)

    monkeypatch.setattr(reads, "catch_up", catch_up)
    for name in herd.names:
        herd.ask(name)
    general = herd.desk.state.rooms[GENERAL_ID]
    little = CatchUp([Span(GENERAL_ID, general.seq - 1, b"", 10)])
    assert herd.desk.receive(little, **_of("bob")) is None
    herd.gate.set()
    eventually(lambda: 1 in begun)
    # One of the herd had to make room and was told so at once; nobody's turn was before.
    assert begun.index(1) < THREADS
