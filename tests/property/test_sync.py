"""Whatever happens between client and server: when it stops, every room is whole and true.

The rules drop, double, shuffle, delay and forge publications, break connections, restart broker,
server and client, restore backups, lose tails, rotate epochs and change membership, in any order.
"""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.sync.model import BOB, REALM, Client, Server, Store
from zmqchat.protocol.chain import Chain, digest
from zmqchat.protocol.codec import encode
from zmqchat.protocol.events import Event, Posted
from zmqchat.protocol.frames import EpochEnded, EventsFrame, Frame, Signals
from zmqchat.protocol.signals import Typing
from zmqchat.sync import effects as fx

ROOM = st.integers(1, 2)
FEW = st.integers(1, 4)


class World(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.server = Server()
        for number in range(3):
            self.server.post(1, f"before {number}")
        self.client = Client(self.server)
        self.lost: set[bytes] = set()
        self.texts = 0
        self.client.settle()

    def text(self) -> str:
        self.texts += 1
        return f"message {self.texts}"

    # ── what people do ───────────────────────────────────────────────────────────────────────────

    @rule(room=ROOM, many=FEW)
    def alice_posts(self, room: int, many: int) -> None:
        for _ in range(many):
            self.client.post(room, self.text())

    @rule(room=ROOM)
    def alice_posts_what_is_forbidden(self, room: int) -> None:
        self.client.post(room, "bad " + self.text())

    @rule(room=ROOM, many=FEW)
    def bob_posts(self, room: int, many: int) -> None:
        for _ in range(many):
            self.server.post(room, self.text())

    @rule(room=ROOM)
    def epoch_ends(self, room: int) -> None:
        self.server.rotate(room)

    @rule(room=ROOM, many=FEW)
    def bob_types(self, room: int, many: int) -> None:
        for _ in range(many):
            self.server.signal(room)

    @rule()
    def alice_reads_on_another_device(self) -> None:
        self.server.account += 1

    @rule()
    def a_device_of_alice_is_removed(self) -> None:
        self.server.renew_personal()

    @rule()
    def bob_kicks_alice_or_invites_her(self) -> None:
        if self.server.rooms[2].member:
            self.server.kick(2)
        else:
            self.server.invite(2)

    # ── the way of things ────────────────────────────────────────────────────────────────────────

    @rule()
    def connects(self) -> None:
        self.client.connect()

    @rule(many=st.integers(1, 9))
    def requests_arrive(self, many: int) -> None:
        self.client.serve(many)

    @rule(many=st.integers(1, 9))
    def replies_arrive(self, many: int) -> None:
        self.client.hear_replies(many)

    @rule(many=st.integers(1, 9))
    def publications_arrive(self, many: int) -> None:
        self.client.hear(many)

    @rule(rounds=st.integers(3, 8))
    def everything_arrives(self, rounds: int) -> None:
        for _ in range(rounds):
            self.client.connect()
            self.client.serve(99)
            self.client.hear_replies(99)
            self.client.hear(99)
            self.client.tick(0.1)

    @rule(seconds=st.sampled_from([0.0, 0.1, 0.3, 1.0, 6.0, 11.0]))
    def time_passes(self, seconds: float) -> None:
        self.client.tick(seconds)

    # ── faults ───────────────────────────────────────────────────────────────────────────────────

    def publications(self) -> list[int]:
        return [i for i, (_, frame) in enumerate(self.server.published) if frame is not None]

    @precondition(lambda self: self.publications())
    @rule(data=st.data(), fault=st.sampled_from(["drop", "double", "last", "tail"]))
    def publications_suffer(self, data: st.DataObject, fault: str) -> None:
        pipe = self.server.published
        index = data.draw(st.sampled_from(self.publications()))
        match fault:
            case "drop":
                del pipe[index]
            case "double":
                pipe.insert(index, pipe[index])
            case "last":
                pipe.append(pipe.pop(index))
            case "tail":
                self.server.published = pipe[:index] + [p for p in pipe[index:] if p[1] is None]

    @rule()
    def connection_breaks(self) -> None:
        self.client.disconnect()

    @rule()
    def alice_does_not_want_to_wait(self) -> None:
        self.client.run(self.client.machine.reconnect_now(self.client.now))

    @rule()
    def broker_restarts(self) -> None:
        self.client.broker_restarts()

    @rule()
    def server_restarts(self) -> None:
        self.server.restart()
        self.client.disconnect()

    @rule(events=st.integers(0, 6), backup=st.booleans())
    def server_loses_its_tail(self, events: int, backup: bool) -> None:
        before = {e.id for r in self.server.rooms.values() for e in r.log}
        (self.server.restore if backup else self.server.lose_tail)(events)
        after = {e.id for r in self.server.rooms.values() for e in r.log}
        self.lost |= before - after
        self.client.disconnect()

    @rule(many=FEW)
    def server_is_busy(self, many: int) -> None:
        self.server.busy = many

    @rule()
    def client_is_killed(self) -> None:
        self.client.boot()

    # ── forgers: they know the room's key, and never the server's signing key ────────────────────

    @rule(room=ROOM, kind=st.sampled_from(["next", "far", "empty", "end", "unsigned"]))
    def forger_invents(self, room: int, kind: str) -> None:
        where = self.server.rooms[room]
        frame = self.forgery(room, kind)
        self.server.broadcast(where.handle, frame)

    def forgery(self, room: int, kind: str) -> Frame:
        where = self.server.rooms[room]
        seq = len(where.log) + (1 if kind != "far" else 10**12)
        body, salt = encode(Posted("forged")), b"s" * 32
        draft = Event(seq, "posted", BOB, "bob", 1, 7, b"f" * 16, body, salt, b"", b"")
        chain = Chain(REALM, self.server.lineage, room).after(where.chain, draft)
        event = msgspec.structs.replace(draft, chain=chain)
        genuine = self.server.frame(where, where.log[-1:]).signature if where.log else b""
        match kind:
            case "end":
                return EpochEnded(room, where.epoch, seq, chain, genuine)
            case "empty":
                return EventsFrame(room, where.epoch, [], 1, 2, genuine)
            case _:
                signature = b"" if kind == "unsigned" else genuine
                return EventsFrame(room, where.epoch, [event], 1, 2, signature)

    @rule(room=ROOM, other=ROOM, counter=st.integers(0, 2**64 - 1), epoch=st.integers(0, 3))
    def forger_signals(self, room: int, other: int, counter: int, epoch: int) -> None:
        frame = Signals(other, epoch, counter, [Typing(666, "mallory", True)])
        self.server.broadcast(self.server.rooms[room].handle, frame)

    @precondition(lambda self: self.publications())
    @rule(
        data=st.data(),
        change=st.sampled_from([
            {"body": encode(Posted("altered"))},
            {"sender": 666},
            {"sender": -1},
            {"sender": 2**64 - 1},
            {"name": "mallory"},
            {"device": 666},
            {"device": -1},
            {"salt": b""},
            {"salt": b"x" * 65},
            {"seq": 2**63},
            {"chain": b"c" * 32},
            {"type": "redacted"},
            "erased",
        ]),
    )  # fmt: skip
    def forger_alters(self, data: st.DataObject, change: Any) -> None:
        index = data.draw(st.sampled_from(self.publications()))
        handle, frame = self.server.published[index]
        if not isinstance(frame, EventsFrame):
            return
        at = data.draw(st.integers(0, len(frame.events) - 1)) if frame.events else None
        if at is None:
            return
        event = frame.events[at]
        if change == "erased":
            salt = event.salt[:32].ljust(32)
            change = {"body": b"", "salt": b"", "digest": digest(event.body, salt)}
        events = list(frame.events)
        events[at] = msgspec.structs.replace(event, **change)
        self.server.published[index] = (handle, msgspec.structs.replace(frame, events=events))

    # ── what always holds (the client asserts more wherever it stores) ───────────────────────────

    @invariant()
    def the_machine_never_sleeps_for_good(self) -> None:
        assert self.client.machine.wakeup() is not None

    @invariant()
    def the_machine_knows_which_rooms_are_behind(self) -> None:
        rooms = self.client.machine.rooms
        assert rooms.behind == any(timeline.behind for timeline in rooms.timelines.values())

    @invariant()
    def the_newest_account_version_is_told_once(self) -> None:
        told = [e.version for e in self.client.seen if isinstance(e, fx.AccountChanged)]
        assert len(told) <= self.server.account + self.client.boots

    def teardown(self) -> None:
        self.server.busy = 0
        self.client.settle()
        told = [e.version for e in self.client.seen if isinstance(e, fx.AccountChanged)]
        assert told[-1] == self.server.account
        assert self.server.personal.handle in self.server.subscriptions
        self.client.check_whole()
        self.client.check_sends(self.lost)


TestWorld = World.TestCase
TestWorld.settings = settings(max_examples=4 * settings().max_examples)


def test_the_model_without_faults_is_whole() -> None:
    server = Server()
    client = Client(server, Store())
    client.settle()
    for number in range(20):
        client.post(1, f"a{number}")
        server.post(1, f"b{number}")
    client.settle()
    client.check_whole()
    client.check_sends(set())
    assert len(client.store.acknowledged) == 20
