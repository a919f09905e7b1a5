"""Everybody comes back at once: how long until all are complete, and what others feel meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

import zmq

from perf.chat.client import ChatLink
from perf.chat.requests import Requests
from perf.chat.returning import Returned, Returning
from perf.latency import STAGES, histogram, latency_ns, stages_ns
from perf.outcome import Measure, Outcome
from perf.plan import Delivery, LostMessages, WorkerReport
from perf.pool import Pool
from perf.proc import Meter
from perf.scenarios.restart import join_link
from perf.spawned import Spawned
from perf.systems.base import System
from perf.systems.zmqchat import Zmqchat
from perf.traffic import Traffic
from zmqchat.client import connect
from zmqchat.client.chat import Chat
from zmqchat.client.ids import new_id
from zmqchat.protocol import codec, requests
from zmqchat.protocol.events import Joined, Posted
from zmqchat.protocol.replies import Accepted, RoomCreated, Sent, Welcome
from zmqchat.runtime.limits import raise_open_files
from zmqchat.security.links import JoinLink
from zmqchat.sync.effects import State
from zmqchat.sync.timeline import Point

_FIRST, _CREATORS = 10_000, 20_000  # numbers of clients that nobody else has
_ROOMS_A_CREATOR = 150
_RATE = 50
_WATCHERS = 4
_ASK_S = 0.1
_PATIENCE_S = 240.0


@dataclass(frozen=True, slots=True)
class Herd:
    """`clients` members of `rooms` rooms each come back at once, `behind` events behind in each.

    Beside them a room has 50 messages a second, and some clients of the SDK ask for history.
    """

    clients: int = 300
    rooms: int = 335
    behind: int = 5
    processes: int = 2
    rounds: int = 1
    systems: tuple[str, ...] = ("zmqchat",)
    headline: tuple[str, ...] = (
        *("all_complete", "half_complete", "given_up", "sdk_offline", "put_off"),
        *("others_p50", "others_p99", "others_max", "asked_p50", "asked_p99"),
        *(f"others_{stage}_p99" for stage in STAGES),
        *("cpu_server_each_room", "generator_load", "foreign_load"),
    )

    @property
    def name(self) -> str:
        """With the number of clients."""
        return f"herd-{self.clients}"

    def run(self, system: System, number: int) -> Outcome:
        """One round: rooms that all are members of, messages that nobody hears, and the return."""
        assert isinstance(system, Zmqchat)
        link = system.link()
        with zmq.Context() as context:
            creators = _Creators(context, link, self.rooms)
            with ExitStack() as stack:
                groups = [
                    [_FIRST + n for n in range(start, self.clients, self.processes)]
                    for start in range(self.processes)
                ]
                herds = [
                    stack.enter_context(Spawned("the herd", _herd, link, group, creators.rooms))
                    for group in groups
                ]
                for herd in herds:
                    herd.said()  # all have joined
                points = creators.points()
                creators.post(self.behind)
                heads = creators.points()
                for herd in herds:
                    herd.pipe.send((points, heads))
                return self._measured(system, number, herds)

    def _measured(self, system: Zmqchat, number: int, herds: Sequence[Spawned]) -> Outcome:
        """The return, beside others' messages and questions."""
        seconds = max(10, self.clients // 15)
        traffic = Traffic(self.name, 1, 4, seconds * _RATE, 200, 200, rate=_RATE)
        (room,) = system.rooms(1)
        watching = Spawned("the watchers", _watch, join_link(system), f"{number}")
        with watching, Pool(traffic.plans(room), system.link()) as pool:
            pool.await_ready(lambda: None)
            watching.said()
            pool.go()
            time.sleep(1.0)
            meter = Meter(system.processes)
            began = time.monotonic()
            for herd in herds:
                herd.pipe.send("go")
            found = [_said_in_time(herd) for herd in herds]
            meter.stop()
            watching.pipe.send("done")
            asked: _Watched = watching.said()
            reports = pool.reports()
        returned = [each for group, _ in found for each in group]
        return Outcome(
            self.name,
            system.name,
            number,
            [
                *self._of_herd(returned, began),
                *_of_others(reports, began, max(each.complete_at for each in returned)),
                *_of_watchers(asked),
                *self._costs(meter, sum(cpu_s for _, cpu_s in found)),
            ],
        )

    def _of_herd(self, returned: Sequence[Returned], began: float) -> Iterator[Measure]:
        took_s = sorted(each.complete_at - began for each in returned)
        yield Measure("all_complete", took_s[-1], "s")
        yield Measure("half_complete", took_s[len(took_s) // 2], "s")
        yield Measure("given_up", sum(each.given_up for each in returned), "times")
        yield Measure("put_off", sum(each.put_off for each in returned), "times")

    def _costs(self, meter: Meter, generators_s: float) -> Iterator[Measure]:
        caught_up = self.clients * self.rooms
        yield Measure("cpu_server_each_room", meter.cpu_s["server"] * 1e6 / caught_up, "us")
        yield Measure("generator_load", generators_s / meter.elapsed_s, "cores")
        yield Measure("foreign_load", meter.foreign_cores(generators_s), "cores")
        yield Measure("memory_server", meter.memory_kib["server"] / 1024, "MiB")


def _said_in_time(herd: Spawned) -> tuple[list[Returned], float]:
    if not herd.pipe.poll(_PATIENCE_S):
        raise LostMessages(f"not everybody was complete within {_PATIENCE_S:.0f} s")
    said = herd.said()
    if isinstance(said, str):
        raise LostMessages(said)
    found: tuple[list[Returned], float] = said
    return found


def _of_others(reports: Sequence[WorkerReport], began: float, ended: float) -> Iterator[Measure]:
    """What the others felt between the beginning and the moment when all were complete."""
    felt: list[Delivery] = [
        each
        for report in reports
        for each in report.deliveries
        if began * 1e9 <= each.intended_ns <= ended * 1e9
    ]
    if not felt:
        raise LostMessages("nothing was delivered to others meanwhile")
    latencies = histogram(map(latency_ns, felt))
    for name, percentile in (("p50", 50.0), ("p99", 99.0), ("max", 100.0)):
        yield Measure(f"others_{name}", latencies.get_value_at_percentile(percentile) / 10, "us")
    for stage, took_ns in stages_ns(felt).items():
        value = histogram(took_ns).get_value_at_percentile(99) / 10
        yield Measure(f"others_{stage}_p99", value, "us")


# ── rooms ────────────────────────────────────────────────────────────────────────────────────────


class _Creators:
    """Who make the rooms, each no more than one device may at once, and talk in them."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], link: ChatLink, rooms: int) -> None:
        self._link, self._context = link, context
        self._made: list[list[int]] = []
        while rooms > 0:
            self._made.append([])
            with self._session(len(self._made) - 1) as (session, _):
                for _ in range(min(rooms, _ROOMS_A_CREATOR)):
                    request = requests.CreateRoom(new_id(), f"herd-{time.time_ns():x}")
                    self._made[-1].append(session.answer(request, RoomCreated).room.room)
            rooms -= len(self._made[-1])

    @contextmanager
    def _session(self, creator: int) -> Iterator[tuple[Requests, Welcome]]:
        """No longer than it is needed: it sends no heartbeats."""
        session, welcome = self._link.session(self._context, _CREATORS + creator)
        yield session, welcome
        session.close()

    @property
    def rooms(self) -> list[int]:
        """The rooms' ids."""
        return [room for made in self._made for room in made]

    def points(self) -> dict[int, Point]:
        """Where each room's log ends now."""
        points: dict[int, Point] = {}
        for creator, made in enumerate(self._made):
            with self._session(creator) as (_, welcome):
                ends = {info.room: Point(info.seq, info.chain) for info in welcome.rooms}
                points |= {room: ends[room] for room in made}
        return points

    def post(self, count: int) -> None:
        """So many messages in each room."""
        for creator, made in enumerate(self._made):
            with self._session(creator) as (session, _):
                for place in range(count):
                    body = codec.encode(Posted(f"message {place} " + "x" * 200))
                    items = [requests.SendItem(new_id(), room, "posted", body) for room in made]
                    _accepted(session, items)


def _accepted(session: Requests, items: list[requests.SendItem]) -> None:
    results = session.answer(requests.Send(items), Sent).results
    refused = [result for result in results if not isinstance(result, Accepted)]
    if refused:
        raise LostMessages(f"{len(refused)} sends were refused: {refused[0]}")


# ── the herd ─────────────────────────────────────────────────────────────────────────────────────


def _herd(pipe: Connection, link: ChatLink, numbers: list[int], rooms: list[int]) -> None:
    raise_open_files()
    with zmq.Context() as context:
        context.set(zmq.MAX_SOCKETS, 16_384)
        for number in numbers:
            _join(context, link, number, rooms)
        pipe.send("joined")
        points, heads = pipe.recv()
        pipe.recv()
        used = time.process_time()
        try:
            returned = _returned(context, link, numbers, points, heads)
        except LostMessages as error:
            pipe.send(str(error))
        else:
            pipe.send((returned, time.process_time() - used))
        context.destroy(linger=0)


def _join(
    context: zmq.Context[zmq.Socket[bytes]], link: ChatLink, number: int, rooms: list[int]
) -> None:
    session, welcome = link.session(context, number)
    body = codec.encode(Joined(welcome.user, welcome.name))
    _accepted(session, [requests.SendItem(new_id(), room, "joined", body) for room in rooms])
    session.close()


def _returned(
    context: zmq.Context[zmq.Socket[bytes]],
    link: ChatLink,
    numbers: Sequence[int],
    points: Mapping[int, Point],
    heads: Mapping[int, Point],
) -> list[Returned]:
    """Until all are complete; those that are stay, with their heartbeats."""
    clients = [Returning(context, link, number, points, heads) for number in numbers]
    poller = zmq.Poller()
    by_socket = {client.socket: client for client in clients}
    for socket in by_socket:
        poller.register(socket, zmq.POLLIN)
    while not all(client.is_complete for client in clients):
        for socket, _ in poller.poll(20):
            by_socket[socket].receive()
        now = time.monotonic()
        for client in clients:
            before = client.socket
            if client.tick(now):
                poller.unregister(before)
                del by_socket[before]
                by_socket[client.socket] = client
                poller.register(client.socket, zmq.POLLIN)
    for client in clients:
        client.close()
    return [client.outcome for client in clients]


# ── who was there before ─────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Watched:
    """What clients of the SDK met with: how often they were offline, what questions took (ns)."""

    offline: int
    took_ns: list[int]


def _of_watchers(watched: _Watched) -> Iterator[Measure]:
    took = histogram(watched.took_ns)
    yield Measure("sdk_offline", watched.offline, "times")
    yield Measure("asked_p50", took.get_value_at_percentile(50) / 10, "us")
    yield Measure("asked_p99", took.get_value_at_percentile(99) / 10, "us")


def _watch(pipe: Connection, link: JoinLink, tag: str) -> None:
    pipe.send(asyncio.run(_watched(pipe, link, tag)))


async def _watched(pipe: Connection, link: JoinLink, tag: str) -> _Watched:
    async with AsyncExitStack() as stack:
        chats = [
            await stack.enter_async_context(connect(link, f"watcher-{tag}-{n}", ephemeral=True))
            for n in range(_WATCHERS)
        ]
        while any(chat.state is not State.LIVE for chat in chats):
            await asyncio.sleep(0.05)
        pipe.send("ready")
        watched = _Watched(0, [])
        until = asyncio.create_task(asyncio.to_thread(pipe.recv))
        await asyncio.gather(*(_ask(chat, watched, until) for chat in chats))
        return watched


async def _ask(chat: Chat, watched: _Watched, until: asyncio.Task[object]) -> None:
    before = chat.state
    while not until.done():
        began = time.monotonic_ns()
        await chat.page("general", limit=20)
        watched.took_ns.append(time.monotonic_ns() - began)
        watched.offline += chat.state is State.OFFLINE and before is not State.OFFLINE
        before = chat.state
        await asyncio.sleep(_ASK_S)
