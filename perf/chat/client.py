"""The lean client: it says hello, joins its rooms, listens, sends, catches up and checks it all."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import zmq

from perf.chat.frames import Frames, Realm, Run
from perf.chat.outbox import Outbox
from perf.chat.requests import Requests
from perf.chat.room_log import RoomLog
from perf.plan import ClientPlan, WorkerPlan
from perf.source import Message
from perf.tally import Tally
from zmqchat.client.ids import new_id
from zmqchat.protocol import codec, requests, topics
from zmqchat.protocol.events import Joined
from zmqchat.protocol.limits import VERSION
from zmqchat.protocol.replies import (
    Beat,
    CaughtUpAll,
    OpenedRooms,
    ReplyBody,
    Welcome,
)
from zmqchat.protocol.rooms import RoomInfo
from zmqchat.security import sockets
from zmqchat.security.keys import KeyPair

_FRAMES_A_TURN = 64
_QUIET_S = 0.25
"""Without a frame for so long, what a head told of is fetched and no longer waited for."""
_DOUBT_S = 1.0
"""Without a frame for so long, and with messages missing, the server is asked for the heads."""


@dataclass(frozen=True, slots=True)
class ChatLink:
    """Where the realm is, and what a join link holds."""

    host: str
    port: int
    realm_public: bytes
    join_token: str

    @property
    def address(self) -> str:
        """The server's."""
        return f"tcp://{self.host}:{self.port}"

    def client(self, context: zmq.Context[Any], plan: ClientPlan, worker: WorkerPlan) -> ChatClient:
        """Makes a client, which begins to connect."""
        return ChatClient(context, self, plan, worker)

    def hello(self, number: int) -> requests.Hello:
        """What client `number` says first."""
        return requests.Hello([VERSION], name_of(number), "zmqchat perf", token=self.join_token)

    def connection(self, context: zmq.Context[Any], number: int) -> Requests:
        """A connection of client `number`."""
        return Requests(context, device_of(number), self.realm_public, self.address)

    def session(self, context: zmq.Context[Any], number: int) -> tuple[Requests, Welcome]:
        """A session of client `number`, for what is asked and waited for."""
        asking = self.connection(context, number)
        return asking, asking.answer(self.hello(number), Welcome)


def device_of(number: int) -> KeyPair:
    """The key of client `number`: the same in every round, so that its name is its own."""
    return KeyPair.from_secret(blake2b(b"perf %d" % number, digest_size=32).digest())


def name_of(number: int) -> str:
    """The name of client `number`."""
    return f"perf-{number:05d}"


_SHARED: dict[tuple[bytes, bytes], Frames] = {}
"""Frames by handle and key, for the receivers of this process that share verification."""


class ChatClient:
    """One client in a generator's loop (see `perf.systems.base.Client`)."""

    def __init__(
        self, context: zmq.Context[Any], link: ChatLink, plan: ClientPlan, worker: WorkerPlan
    ) -> None:
        expected = {room: worker.expected[room] for room in plan.hears}
        self.tally = Tally(plan.number, expected, worker.sample_every)
        self.caught_up = 0
        self._plan, self._link, self._context = plan, link, context
        self._shared = worker.shared
        self._name = name_of(plan.number)
        self._requests = link.connection(context, plan.number)
        self._outbox = Outbox(self._requests, self.tally)
        self._sub: zmq.Socket[Any] | None = None
        self._logs: dict[bytes, RoomLog] = {}
        self._rooms = sorted({*plan.hears, *(stream.room for stream in plan.streams)})
        self._barrier = topics.barrier(secrets.token_bytes(8))
        self._listening = self._ready = self._asking = False
        self._clock_offset_ns = time.time_ns() - time.monotonic_ns()
        self._next_beat = float("inf")
        self._last_frame = 0.0
        self._requests.ask(link.hello(plan.number), self._welcomed)

    # ── connecting ───────────────────────────────────────────────────────────────────────────────

    def _welcomed(self, reply: ReplyBody) -> None:
        assert isinstance(reply, Welcome)
        self._welcome, self._realm = reply, Realm(reply)
        self._cursor = reply.cursor
        self._next_beat = time.monotonic() + reply.heartbeat_s
        mine = {info.room for info in reply.rooms}
        joins = [
            requests.SendItem(
                new_id(), room, "joined", codec.encode(Joined(reply.user, reply.name))
            )
            for room in self._rooms
            if room not in mine
        ]
        if joins:
            self._requests.ask(requests.Send(joins), self._joined)
        else:
            self._joined(reply)

    def _joined(self, _: ReplyBody) -> None:
        self._requests.ask(requests.OpenRooms(self._rooms), self._opened)

    def _opened(self, reply: ReplyBody) -> None:
        assert isinstance(reply, OpenedRooms)
        if len(reply.rooms) != len(self._rooms):
            self.tally.problem(f"{len(reply.rooms)} of {len(self._rooms)} rooms were opened")
        hears = [info for info in reply.rooms if info.room in self._plan.hears]
        self._logs = {info.handle: self._log(info) for info in hears}
        if not hears:
            self._ready = True
            return
        sub = self._sub = sockets.listen_sub(self._context, self._welcome.listen)
        for topic in (*self._logs, self._barrier):
            sub.subscribe(topic)
        sockets.connect(sub, self._welcome.brokers[0].replace("//*:", f"//{self._link.host}:"))

    def _log(self, info: RoomInfo) -> RoomLog:
        key = info.handle, info.key
        frames = _SHARED.get(key) if self._shared else None
        if frames is None:
            frames = Frames(self._realm, info.room, info.handle, info.key)
            if self._shared:
                _SHARED[key] = frames
        return RoomLog(info, frames, self.tally, self._clock_offset_ns)

    @property
    def ready(self) -> bool:
        """Whether its subscriptions are in force and what came before them was fetched."""
        return self._ready

    # ── listening ────────────────────────────────────────────────────────────────────────────────

    @property
    def sockets(self) -> Sequence[Any]:
        """DEALER, and SUB once there is one."""
        return [self._requests.socket] if self._sub is None else [self._sub, self._requests.socket]

    def receive(self) -> None:
        """Takes replies and frames, and verifies what the frames brought."""
        self._requests.drain()
        if self._sub is not None:
            self._drain(self._sub)
        for log in self._logs.values():
            log.verify()
        received_ns = time.monotonic_ns()
        for log in self._logs.values():
            log.settle(received_ns)
        for fault in self._requests.faults:
            self.tally.problem(f"{fault.code}: {fault.message}")
        self._requests.faults.clear()

    def _drain(self, sub: zmq.Socket[Any]) -> None:
        logs = self._logs
        try:
            for _ in range(_FRAMES_A_TURN):
                topic, sealed = sub.recv_multipart(zmq.DONTWAIT)
                self._last_frame = time.monotonic()
                if log := logs.get(topic):
                    log.hear(sealed)
                elif topic == self._barrier:
                    self._listening = True
                    self._catch_up(list(logs.values()))
        except zmq.Again:
            pass
        if not self._asking and any(log.behind for log in logs.values()):
            self._catch_up([log for log in logs.values() if log.behind])

    def _catch_up(self, logs: Sequence[RoomLog]) -> None:
        if self._listening and not self._asking:
            self._asking = True
            self._requests.ask(requests.CatchUp([log.span for log in logs]), self._caught_up)

    def _caught_up(self, reply: ReplyBody) -> None:
        assert isinstance(reply, CaughtUpAll)
        self._asking = False
        by_room = {log.room: log for log in self._logs.values()}
        for span in reply.spans:
            log = by_room[span.room]
            log.head = max(log.head, span.head.seq)
            if span.diverged:
                self.tally.problem(f"room {span.room}: the server has another log")
            if span.events:
                self.caught_up += log.catch_up(Run(span.events, 0, 0))
        self._ready = True
        if behind := [log for log in by_room.values() if log.behind]:
            self._catch_up(behind)

    # ── time ─────────────────────────────────────────────────────────────────────────────────────

    def tick(self, now: float) -> None:
        """Heartbeats when they are due, and when nothing has come for a while."""
        if self._ready and not self.tally.complete:
            if now - self._last_frame > _QUIET_S:
                self._fetch_what_was_lost()
            if now - self._last_frame > _DOUBT_S:
                self._next_beat = self._last_frame = now
        if now >= self._next_beat:
            self._next_beat = now + self._welcome.heartbeat_s
            self._requests.ask(requests.Heartbeat(self._cursor), self._beat)
        self._outbox.tick(now)

    def _beat(self, reply: ReplyBody) -> None:
        assert isinstance(reply, Beat)
        self._cursor = reply.cursor
        by_room = {log.room: log for log in self._logs.values()}
        for head in reply.heads:
            if log := by_room.get(head.room):
                log.told = max(log.told, head.seq)

    def _fetch_what_was_lost(self) -> None:
        """What the heads tell of and no frame brings was lost at the tail."""
        for log in self._logs.values():
            log.head = max(log.head, log.told)
        if behind := [log for log in self._logs.values() if log.behind]:
            self._catch_up(behind)

    # ── sending ──────────────────────────────────────────────────────────────────────────────────

    @property
    def refused(self) -> int:
        """How many sends the server put off, by its limits."""
        return self._outbox.refused

    @property
    def settled(self) -> bool:
        """Whether everything sent is acknowledged: on the server's disk."""
        return self._outbox.empty

    def capacity(self) -> tuple[int, int]:
        """As much as the server takes of one session."""
        return self._outbox.capacity()

    def send(self, messages: Sequence[Message], now_ns: int) -> None:
        """Sends them as one batch."""
        self._outbox.send(messages, now_ns)

    def close(self) -> None:
        """Disconnects."""
        self._requests.close()
        if self._sub is not None:
            self._sub.close()
