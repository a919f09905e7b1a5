"""A model of the realm for tests of the machine: server, broker and a client's shell, no sockets.

The server is honest and may be killed, restored or rolled back; what is between it and the client
is a pair of lists that a test may drop from, double, shuffle and forge into. Signatures are keyed
hashes under a key that no forger of a test is given.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import count

import msgspec

from zmqchat.errors import Code
from zmqchat.protocol import topics
from zmqchat.protocol.chain import Chain, genesis
from zmqchat.protocol.codec import encode
from zmqchat.protocol.events import TYPE_OF_BODY, Body, Event, Invited, Kicked, Posted
from zmqchat.protocol.frames import EpochEnded, EventsFrame, Frame, Signals, statement
from zmqchat.protocol.replies import (
    Accepted,
    Beat,
    CaughtUp,
    CaughtUpAll,
    ChainsAt,
    Done,
    Fault,
    ListenToken,
    OpenedRooms,
    PersonalTopic,
    Refusal,
    Reply,
    ReplyBody,
    Sent,
    Welcome,
)
from zmqchat.protocol.requests import (
    CatchUp,
    Chains,
    Heartbeat,
    Hello,
    OpenRooms,
    Request,
    RequestBody,
    Send,
    SendItem,
)
from zmqchat.protocol.rooms import LineageStart, Role, RoomInfo, RoomKind
from zmqchat.protocol.signals import Typing
from zmqchat.protocol.who import Who
from zmqchat.sync import effects as fx
from zmqchat.sync.machine import Machine
from zmqchat.sync.rooms import from_head
from zmqchat.sync.session import Identity
from zmqchat.sync.timeline import Origin, Point

REALM = b"R" * 16
SIGNING = b"S" * 32
NAME = "alice"
ME, BOB = 1, 2
PEOPLE = {ME: NAME, BOB: "bob"}
_HELD = b"K" * 32


def sign(text: bytes) -> bytes:
    return blake2b(text, key=SIGNING).digest()


def verify(key: bytes, text: bytes, signature: bytes) -> bool:
    return key == SIGNING and signature == sign(text)


@dataclass
class ModelRoom:
    """A room of the model server. `log` is the truth."""

    room: int
    lineages: list[LineageStart]
    handle: bytes
    epoch: int = 1
    log: list[Event] = field(default_factory=list)
    member: bool = True
    changed: int = 0
    people: tuple[Who, ...] = ()

    @property
    def chain(self) -> bytes:
        return self.log[-1].chain if self.log else genesis(REALM, self.room)

    @property
    def info(self) -> RoomInfo:
        return RoomInfo(
            self.room,
            f"room{self.room}",
            RoomKind.PUBLIC,
            "",
            Role.MEMBER,
            self.epoch,
            self.handle,
            _HELD,
            len(self.log),
            self.chain,
            len(self.log),
            list(self.lineages),
            people=self.people,
        )

    def chain_at(self, seq: int) -> bytes:
        if seq == 0:
            return genesis(REALM, self.room)
        return self.log[seq - 1].chain if seq <= len(self.log) else b""


class Server:
    """An honest server and its XSUB/XPUB broker. `published` is what waits in the client's pipe."""

    def __init__(self, rooms: int = 2) -> None:
        self.lineage = b"lineage-00000001"
        self._lineages = count(2)
        self._handles = count(100)
        self._ids = count(1)
        self.boot = 1
        self.version = 1
        self.members_version = 1
        self.sent: dict[bytes, tuple[int, int]] = {}
        self.ever: set[tuple[int, Event]] = set()
        self.busy = 0
        self.catch_up_events = 5
        self.broken: set[int] = set()
        self.signals = count(1)
        self.account = 1
        self.welcomed = 2**31  # rooms that fit into a welcome
        self.personal = PersonalTopic(topics.handle(1), b"P" * 32)
        self.subscriptions: set[bytes] = set()
        self.published: list[tuple[bytes, Frame | None]] = []
        self.rooms = {n: self._room(n) for n in range(1, rooms + 1)}

    def _room(self, room: int) -> ModelRoom:
        return ModelRoom(room, [LineageStart(0, self.lineage)], topics.handle(next(self._handles)))

    # ── writing ──────────────────────────────────────────────────────────────────────────────────

    def post(self, room: int, text: str, sender: int = BOB) -> Event:
        return self.commit(room, [(sender, Posted(text), next(self._ids).to_bytes(16, "big"))])[0]

    def commit(self, room: int, drafts: Iterable[tuple[int, Body, bytes]]) -> list[Event]:
        where = self.rooms[room]
        events = []
        for sender, body, send_id in drafts:
            events.append(
                self._append(where, sender, TYPE_OF_BODY[type(body)], encode(body), send_id)
            )
        self._publish(where, events)
        return events

    def _append(
        self, room: ModelRoom, sender: int, kind: str, body: bytes, send_id: bytes
    ) -> Event:
        seq = len(room.log) + 1
        salt = blake2b(send_id + seq.to_bytes(8, "big") + self.lineage, digest_size=32).digest()
        name, time_us = PEOPLE[sender], 1000 + self.version
        draft = Event(seq, kind, sender, name, 1, time_us, send_id, body, salt, b"", b"")
        chain = Chain(REALM, self.lineage, room.room).after(room.chain, draft)
        event = msgspec.structs.replace(draft, chain=chain)
        room.log.append(event)
        self.ever.add((room.room, event))
        self.version += 1
        room.changed = self.version
        return event

    def _publish(self, room: ModelRoom, events: list[Event]) -> None:
        if events:
            self.broadcast(room.handle, self.frame(room, events))

    def frame(self, room: ModelRoom, events: list[Event]) -> EventsFrame:
        last = events[-1]
        text = statement("events", REALM, self.lineage, room.room, room.epoch, last.seq, last.chain)
        return EventsFrame(room.room, room.epoch, events, 1, 2, sign(text))

    def broadcast(self, handle: bytes, frame: Frame | None) -> None:
        if handle in self.subscriptions:
            self.published.append((handle, frame))

    def signal(self, room: int) -> Signals:
        where = self.rooms[room]
        frame = Signals(room, where.epoch, next(self.signals), [Typing(BOB, "bob", True)])
        self.broadcast(where.handle, frame)
        return frame

    def renew_personal(self) -> None:
        """What removing a device of the user does."""
        self.personal = PersonalTopic(topics.handle(next(self._handles)), b"Q" * 32)
        self.members_version = self.version = self.version + 1

    def rotate(self, room: int) -> None:
        where = self.rooms[room]
        seq, chain = len(where.log), where.chain
        text = statement("epoch-ended", REALM, self.lineage, room, where.epoch, seq, chain)
        self.broadcast(where.handle, EpochEnded(room, where.epoch, seq, chain, sign(text)))
        where.epoch += 1
        where.handle = topics.handle(next(self._handles))
        self.version += 1
        where.changed = self.version

    def kick(self, room: int) -> None:
        self._member(room, Kicked(ME, NAME), False)
        self.rotate(room)

    def invite(self, room: int) -> None:
        self._member(room, Invited(ME, NAME), True)

    def _member(self, room: int, body: Body, member: bool) -> None:
        self.commit(room, [(BOB, body, next(self._ids).to_bytes(16, "big"))])
        self.rooms[room].member = member
        self.members_version = self.version = self.version + 1

    def restart(self) -> None:
        """Every session is forgotten; the database is as it was."""
        self.boot += 1

    def lose_tail(self, events: int) -> None:
        """What `--durability relaxed` may lose: same lineage, seqs given anew."""
        self._cut({r.room: max(r.lineages[-1].after, len(r.log) - events) for r in self.all()})

    def all(self) -> list[ModelRoom]:
        return list(self.rooms.values())

    def _cut(self, lengths: dict[int, int]) -> None:
        self.restart()
        for room, length in lengths.items():
            del self.rooms[room].log[length:]
        self._forget_lost()

    def restore(self, events: int) -> None:
        """A backup that is `events` events older in every room: a new lineage."""
        self._cut({r.room: max(0, len(r.log) - events) for r in self.all()})
        self.lineage = b"lineage-%08d" % next(self._lineages)
        for room in self.rooms.values():
            after = len(room.log)
            kept = [start for start in room.lineages if start.after < after or start.after == 0]
            room.lineages = [*kept, LineageStart(after, self.lineage)]

    def _forget_lost(self) -> None:
        kept = {(r.room, e.id) for r in self.rooms.values() for e in r.log}
        self.sent = {i: at for i, at in self.sent.items() if (at[0], i) in kept}

    # ── answering ────────────────────────────────────────────────────────────────────────────────

    def reply(self, request: Request, session: Session) -> Reply:
        if isinstance(request.body, Hello):
            session.boot = self.boot
        elif session.boot != self.boot:
            return Reply(request.id, error=Fault(Code.NO_SESSION, "say hello"))
        return Reply(request.id, ok=self._answer(request.body))

    def _answer(self, body: RequestBody) -> ReplyBody:
        match body:
            case Hello():
                return self._welcome()
            case Heartbeat():
                return self._beat(body.cursor)
            case Send():
                return Sent(self._send(body.items))
            case CatchUp():
                return self._catch_up(body)
            case Chains():
                chains = [self.rooms[body.room].chain_at(seq) for seq in body.seqs]
                return ChainsAt(body.room, chains)
            case OpenRooms():
                rooms = [self.rooms[r] for r in body.rooms if self.rooms[r].member]
                return OpenedRooms([room.info for room in rooms])
            case _:
                return Done()

    def _cursor(self) -> bytes:
        return f"{self.boot}:{self.version}".encode()

    def _welcome(self) -> Welcome:
        token, personal = ListenToken("u", "p", 10**15), self.personal
        rooms = [room.info for room in self.rooms.values() if room.member]
        cursor = self._cursor() if len(rooms) <= self.welcomed else b""
        return Welcome(
            1, REALM, self.lineage, SIGNING, NAME, ME, 1, 10**6, 5.0, ["tcp://*:1"], token,
            personal, rooms[: self.welcomed], cursor, self.account,
        )  # fmt: skip

    def _beat(self, cursor: bytes) -> Beat:
        boot, _, version = cursor.decode().partition(":")
        since = int(version) if boot == str(self.boot) else 0
        mine = [room for room in self.rooms.values() if room.member]
        heads = [room.info.head for room in mine if room.changed > since]
        rooms = [room.room for room in mine] if self.members_version > since else None
        personal = None if rooms is None else self.personal
        return Beat(10**6, self._cursor(), heads, rooms, account=self.account, personal=personal)

    def _send(self, items: list[SendItem]) -> list[Accepted | Refusal]:
        refused: set[int] = set()
        results: list[Accepted | Refusal] = []
        fresh: dict[int, list[Event]] = {}
        for item in items:
            room = self.rooms[item.room]
            if item.id in self.sent:
                results.append(Accepted(self.sent[item.id][1], 1))
            elif item.room in refused or self.busy > 0:
                self.busy -= 1
                refused.add(item.room)
                results.append(Refusal(Code.BUSY, "later", 0.2))
            elif not room.member or b"bad" in item.body:
                results.append(Refusal(Code.FORBIDDEN, "no"))
            else:
                event = self._append(room, ME, item.type, item.body, item.id)
                fresh.setdefault(item.room, []).append(event)
                self.sent[item.id] = (item.room, event.seq)
                results.append(Accepted(event.seq, event.time_us))
        for number, events in fresh.items():
            self._publish(self.rooms[number], events)
        return results

    def _catch_up(self, body: CatchUp) -> CaughtUpAll:
        left = self.catch_up_events
        spans = []
        for span in body.spans:
            room = self.rooms[span.room]
            if not room.member or left <= 0:
                continue
            here = room.chain_at(span.after)
            diverged = not here or (bool(span.chain) and span.chain != here)
            events = [] if diverged or not here else room.log[span.after : span.after + left]
            if span.room in self.broken and events:
                events = [msgspec.structs.replace(events[0], name="mallory"), *events[1:]]
            left -= len(events)
            spans.append(CaughtUp(span.room, span.after, here, events, room.info.head, diverged))
        return CaughtUpAll(spans)


@dataclass
class Session:
    """The server's side of one connection."""

    boot: int = 0


@dataclass
class Store:
    """A client's disk: rooms' events from a base on, branches set aside, sends."""

    bases: dict[int, Point] = field(default_factory=dict)
    events: dict[int, dict[int, Event]] = field(default_factory=dict)
    branches: list[tuple[int, int, list[Event]]] = field(default_factory=list)
    outbox: dict[bytes, SendItem] = field(default_factory=dict)
    acknowledged: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    failed: dict[bytes, str] = field(default_factory=dict)
    posted: list[SendItem] = field(default_factory=list)

    def start(self, info: RoomInfo) -> Origin:
        base = self.bases.get(info.room)
        if base is None:
            self.bases[info.room] = from_head(info).applied
            self.events[info.room] = {}
            return from_head(info)
        events = self.events[info.room]
        last = Point(max(events), events[max(events)].chain) if events else base
        return Origin(last, base)

    def chain_at(self, room: int, seq: int) -> bytes | None:
        event = self.events.get(room, {}).get(seq)
        return event.chain if event else None


class Client:
    """A shell around the machine: effects go to the model server's side, or onto `Store`."""

    def __init__(self, server: Server, store: Store | None = None) -> None:
        self.server = server
        self.store = store or Store()
        self.now = 1000.0
        self.seen: list[fx.Effect] = []
        self._numbers = count(1)
        self.boots = 0
        self.boot()

    def boot(self) -> None:
        """A new process over the same disk."""
        self.boots += 1
        self.requests: list[Request] = []
        self.replies: list[Reply] = []
        self.session = Session()
        self.dialled = self.connected = False
        self.server.subscriptions.clear()
        self.server.published.clear()
        self.barrier: bytes | None = None
        self.machine = Machine(
            Identity(NAME),
            verify=verify,
            jitter=lambda: 0.5,
            nonce=lambda: next(self._numbers).to_bytes(8, "big"),
            start=self.store.start,
            chain_at=self.store.chain_at,
        )
        self.run(self.machine.start(self.now))
        self.run(self.machine.send(self.now, *self.store.outbox.values()))

    # ── effects ──────────────────────────────────────────────────────────────────────────────────

    def run(self, effects: list[fx.Effect]) -> None:
        for effect in effects:
            self.seen.append(effect)
            self._execute(effect)

    def _execute(self, effect: fx.Effect) -> None:  # noqa: C901 - a table
        match effect:
            case fx.Dial():
                self.disconnect(tell=False)
                self.dialled = True
            case fx.HangUp():
                self.disconnect(tell=False)
                self.dialled = False
            case fx.SendRequest(request) if self.connected:
                self.requests.append(request)
            case fx.Listen():
                self.server.subscriptions.clear()
                self.server.published.clear()
                self.barrier = None
            case fx.Subscribe(wanted):
                self._subscribe(wanted)
            case fx.Unsubscribe(old):
                self.server.subscriptions.difference_update(old)
            case fx.Applied(room, events):
                self._store(room, events)
            case fx.BranchSetAside(room, after, _):
                self._set_aside(room, after)
            case fx.RoomClosed(room):
                self.store.bases.pop(room, None)
                self.store.events.pop(room, None)
            case fx.Acknowledged(send_id, room, seq, _):
                self._settled(send_id)
                self.store.acknowledged[send_id] = (room, seq)
            case fx.Failed(send_id, _, code, _):
                self._settled(send_id)
                self.store.failed[send_id] = code

    def _settled(self, send_id: bytes) -> None:
        assert self.store.outbox.pop(send_id, None), "a send was settled twice"

    def _subscribe(self, wanted: tuple[bytes, ...]) -> None:
        self.server.subscriptions.update(wanted)
        self.barrier = wanted[-1]
        self.server.published.append((wanted[-1], None))

    def _store(self, room: int, events: tuple[Event, ...]) -> None:
        base, held = self.store.bases[room], self.store.events[room]
        if not held and events[0].seq != base.seq + 1:  # the machine began elsewhere
            self.store.bases[room] = Point(events[0].seq - 1, b"?")
        for event in events:
            assert (room, event) in self.server.ever, "an event that no server ever had"
            assert event.seq == max(held, default=self.store.bases[room].seq) + 1, "a hole"
            held[event.seq] = event

    def _set_aside(self, room: int, after: int) -> None:
        held = self.store.events[room]
        old = [held.pop(seq) for seq in sorted(held) if seq > after]
        self.store.branches.append((room, after, old))
        base = self.store.bases[room]
        if base.seq > after:
            self.store.bases[room] = replace(base, seq=after, chain=b"?")

    # ── the world's moves ────────────────────────────────────────────────────────────────────────

    def post(self, room: int, text: str) -> None:
        item = SendItem(
            next(self._numbers).to_bytes(16, "little"), room, "posted", encode(Posted(text))
        )
        self.store.outbox[item.id] = item
        self.store.posted.append(item)
        self.run(self.machine.send(self.now, item))

    def connect(self) -> None:
        if self.dialled and not self.connected:
            self.connected = True
            self.session = Session()
            self.run(self.machine.connected(self.now))

    def disconnect(self, tell: bool = True) -> None:
        self.requests.clear()
        self.replies.clear()
        was, self.connected, self.dialled = self.connected, False, False
        if was and tell:
            self.run(self.machine.disconnected(self.now))

    def serve(self, many: int = 1) -> None:
        for _ in range(min(many, len(self.requests))):
            self.replies.append(self.server.reply(self.requests.pop(0), self.session))

    def hear_replies(self, many: int = 1) -> None:
        for _ in range(min(many, len(self.replies))):
            self.run(self.machine.reply(self.now, self.replies.pop(0)))

    def hear(self, many: int = 1) -> None:
        frames: list[tuple[bytes, Frame]] = []
        for _ in range(min(many, len(self.server.published))):
            handle, frame = self.server.published.pop(0)
            if frame is not None:
                if self.machine.key_for(handle) is not None:
                    frames.append((handle, frame))
                continue
            self.run(self.machine.frames(self.now, frames))
            frames = []
            self.run(self.machine.barrier(self.now, handle))
        self.run(self.machine.frames(self.now, frames))

    def broker_restarts(self) -> None:
        """Libzmq reconnects and resends subscriptions in byte order: the barrier comes again."""
        self.server.published.clear()
        if self.barrier is not None:
            self.server.published.append((self.barrier, None))

    def tick(self, seconds: float) -> None:
        self.now += seconds
        self.run(self.machine.tick(self.now))

    def settle(self, limit: int = 2000) -> None:
        """No more faults: everything is delivered and time passes until all is calm and live."""
        calm = 0
        for _ in range(limit):
            self.connect()
            self.serve(100)
            self.hear_replies(100)
            self.hear(100)
            wakeup = self.machine.wakeup()
            if not (self.requests or self.replies or self.server.published):
                self.tick(max(0.0, (wakeup or self.now + 1) - self.now))
            else:
                self.tick(0.0)
            live = self.machine.state is fx.State.LIVE and not self.store.outbox
            calm = calm + 1 if live else 0
            if calm > 30:
                return
        raise AssertionError(f"never settled: {self.machine.state}, {self.store.outbox}")

    def check_whole(self) -> None:
        """Every room is the server's log, and every send is in it once, in order, or failed."""
        for room in self.server.rooms.values():
            if room.member:
                base = self.store.bases[room.room].seq
                held = self.store.events[room.room]
                assert list(held.values()) == room.log[base:], f"room {room.room} is not whole"
            else:
                assert room.room not in self.machine.rooms.infos

    def check_sends(self, lost: set[bytes]) -> None:
        for number, room in self.server.rooms.items():
            logged = [event.id for event in room.log if event.sender == ME]
            wanted = [
                item.id
                for item in self.store.posted
                if item.room == number and item.id in self.store.acknowledged
            ]
            assert len(set(logged)) == len(logged), "a send is in the log twice"
            assert [i for i in logged if i not in lost] == [i for i in wanted if i not in lost]
        settled = set(self.store.acknowledged) | set(self.store.failed)
        assert {item.id for item in self.store.posted} == settled
