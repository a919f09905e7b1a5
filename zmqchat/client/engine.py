"""Carries out what the machine decides: sockets, disk, timers, and who waits for what.

Everything runs on one asyncio loop. Nothing is decided here that `zmqchat.sync` could decide.
"""

from __future__ import annotations

import asyncio
import math
import random
import secrets
import time
from collections.abc import Callable
from typing import Any

import zmq

from zmqchat.client.cache import Cache
from zmqchat.client.checks import check_sayable
from zmqchat.client.disk import Disk
from zmqchat.client.feed import Feed, Signal
from zmqchat.client.handshakes import Handshakes
from zmqchat.client.opening import opened, verify
from zmqchat.client.stages import Pace
from zmqchat.client.transport import Heard, Messages, Transport
from zmqchat.client.waiting import Waiting, refusal
from zmqchat.errors import ChatError, Code, PeerError, Refused
from zmqchat.protocol import codec, topics
from zmqchat.protocol.frames import Frame
from zmqchat.protocol.people import Presence
from zmqchat.protocol.replies import Fault, ReplyBody
from zmqchat.protocol.requests import RequestBody, SendItem
from zmqchat.protocol.rooms import RoomInfo
from zmqchat.security.keys import KeyPair
from zmqchat.security.links import JoinLink, bracketed
from zmqchat.sync import effects as fx
from zmqchat.sync.context import heeded
from zmqchat.sync.machine import Machine
from zmqchat.sync.rooms import from_head
from zmqchat.sync.session import Identity
from zmqchat.sync.timeline import Origin

_FEED_BYTES = 8 * 1024 * 1024
_FEED_BYTES_WITH_CACHE = 1024 * 1024
_OUTBOX_BYTES = 8 * 1024 * 1024
_OUTBOX_ENTRIES = 8192


class Engine:
    """One client, running. `tell` hears every effect after it was carried out."""

    def __init__(
        self,
        link: JoinLink,
        identity: Identity,
        device: KeyPair,
        disk: Disk | None,
        tell: Callable[[fx.Effect], None],
        *,
        listen: bool = True,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._link = link
        self._disk = disk
        if disk is not None:
            disk.cache.on_damage = self.fail  # whoever reads it hears of it, and so does everybody
        self._tell = tell
        self._transport = Transport(
            link,
            device,
            Heard(
                self._heard_replies,
                self._heard_publications,
                self._befell_requests,
                self._befell_listener,
            ),
        )
        self._timer: asyncio.TimerHandle | None = None
        self._feeds: dict[int, Feed] = {}
        self._waiting = Waiting()
        self._fresh: list[SendItem] = []
        self._keeping: asyncio.Future[None] | None = None
        self._settled: list[bytes] = []
        self._handshakes = Handshakes(link, self._rejected)
        self._closed = False
        self.listens = listen
        """Whether rooms are followed at all."""
        self.error: ChatError | None = None
        self.pace = Pace()
        self.resumed: list[tuple[SendItem, asyncio.Future[fx.Acknowledged]]] = []
        """Sends that a process which is gone left in the outbox, and that this one finishes."""
        self.unkept: ChatError | None = None
        """Why nothing can be sent from this device, whose disk cannot keep it."""
        self.held: str | None = None
        self.has_posted = False
        """Why the server could not write when it was last asked to, until it could."""
        self.on_stop: Callable[[], None] = lambda: None
        """Called when nothing more can be done, with `error` set."""
        self.changed = Signal()
        """Woken at every change of rooms, state and outbox."""
        self.machine = Machine(
            identity,
            verify=verify,
            jitter=random.random,
            nonce=lambda: secrets.token_bytes(8),
            start=self._origin,
            chain_at=disk.cache.chain_at if disk else lambda _room, _seq: None,
            listen=listen,
        )
        self._execute: dict[type[fx.Effect], Callable[[Any], None]] = {
            fx.Dial: lambda _: self._transport.dial(),
            fx.HangUp: lambda _: self._transport.hang_up(),
            fx.SendRequest: self._on_request,
            fx.Listen: lambda effect: self._transport.listen(effect.broker, effect.token),
            fx.Subscribe: lambda effect: self._transport.subscribe(effect.topics),
            fx.Unsubscribe: lambda effect: self._transport.unsubscribe(effect.topics),
            fx.Applied: self._on_applied,
            fx.RoomOpened: self._on_room,
            fx.RoomChanged: self._on_room,
            fx.RoomClosed: self._on_room_closed,
            fx.BranchSetAside: self._on_branch,
            fx.Acknowledged: self._on_acknowledged,
            fx.Failed: self._on_failed,
            fx.Held: self._on_held,
            fx.Answered: self._waiting.answered,
            fx.Rejected: self._on_rejected,
        }

    # ── life ─────────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Connect, and finish the sends of processes that died."""
        left = self._disk.left() if self._disk else []
        self.resumed = [(item, self._waiting.for_send(item.id)) for item in left]
        self._run(self.machine.start)
        if left:
            self._run(self.machine.send, *left)

    def close(self) -> None:
        """Say goodbye and close everything; who waits is told that it is closed."""
        if self._closed:
            return
        self._commit_sends()
        self._run(self.machine.stop)
        self._closed = True
        self.fail(ChatError(Code.UNREACHABLE, "The connection was closed."))
        if self._timer is not None:
            self._timer.cancel()
        self._handshakes.close()
        self._transport.close()
        if self._disk is not None:
            self._disk.close()

    def fail(self, error: ChatError) -> None:
        """Nothing more can be done: everybody who waits, and who comes, gets `error`."""
        self.error = self.error or error
        self._waiting.fail(error)
        for feed in self._feeds.values():
            feed.wake()
        self.on_stop()
        self.changed.wake()

    def _now(self) -> float:
        return self._loop.time()

    # ── inputs ───────────────────────────────────────────────────────────────────────────────────

    def _run(self, decide: Callable[..., list[fx.Effect]], *given: object) -> None:
        """Gives the machine an input, and carries out what it decides; it may ask the disk."""
        try:
            for effect in decide(self._now(), *given):
                execute = self._execute.get(type(effect))
                if execute is not None:
                    execute(effect)
                self._tell(effect)
            if self._settled and self._disk is not None:
                self._disk.settle(self._settled)
            self._settled.clear()
        except ChatError as error:
            self._rejected(error)
        self.changed.wake()
        self._plan()

    def _plan(self) -> None:
        """Tick no later than the machine asks for; a timer that is early plans again by itself."""
        wakeup = None if self._closed or self.error else self.machine.wakeup()
        if self._timer is not None:
            if wakeup is not None and self._timer.when() <= wakeup:
                return
            self._timer.cancel()
            self._timer = None
        if wakeup is not None:
            self._timer = self._loop.call_at(wakeup, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._run(self.machine.tick)

    def _heard_replies(self, messages: Messages) -> None:
        for parts in messages:
            try:
                reply = codec.decode_reply(parts[-1])
            except PeerError:
                self._run(self.machine.disconnected)
                return
            self._run(self.machine.reply, reply)

    def _heard_publications(self, messages: Messages) -> None:
        if self.error is not None:
            return
        frames: list[tuple[bytes, Frame]] = []
        for parts in messages:
            if topics.is_barrier(parts[0]):
                self._run(self.machine.frames, frames)
                frames = []
                self._run(self.machine.barrier, parts[0])
            else:
                key = self.machine.key_for(parts[0])
                frame = None if key is None else opened(key, parts)
                if frame is not None:
                    frames.append((parts[0], frame))
        if frames:
            self._run(self.machine.frames, frames)

    def _befell_requests(self, event: zmq.Event) -> None:
        if self.error is None:
            self._handshakes.befell(event, self._transport.reached)
        if event is zmq.Event.HANDSHAKE_SUCCEEDED:
            self._run(self.machine.connected)
        elif event in {zmq.Event.DISCONNECTED, zmq.Event.CONNECT_RETRIED}:  # gone, or not there
            self._run(self.machine.disconnected)

    def _befell_listener(self, event: zmq.Event) -> None:
        if event is zmq.Event.HANDSHAKE_FAILED_AUTH:
            self._run(self.machine.token_refused)

    # ── effects ──────────────────────────────────────────────────────────────────────────────────

    def _on_request(self, effect: fx.SendRequest) -> None:
        self._transport.send(codec.encode(effect.request))

    def _on_applied(self, effect: fx.Applied) -> None:
        if self._disk is not None:
            self._disk.store(effect.room, effect.events)
        self.feed(effect.room).add(effect.events)
        server_us = self.machine.clock.server_us(self._now())
        if server_us is not None:
            self.pace.measure(effect, server_us, self.machine.welcome)

    def _on_room(self, effect: fx.RoomOpened | fx.RoomChanged) -> None:
        if self._disk is not None:
            self._disk.cache.put_room(effect.info)

    def _on_room_closed(self, effect: fx.RoomClosed) -> None:
        if self._disk is not None:
            self._disk.cache.left_room(effect.room)
        feed = self._feeds.pop(effect.room, None)
        if feed is not None:
            feed.close()

    def _on_branch(self, effect: fx.BranchSetAside) -> None:
        if self._disk is not None:
            self._disk.cache.set_aside(effect.room, effect.after)
        self.feed(effect.room).rewind(effect.after)

    def _on_held(self, effect: fx.Held) -> None:
        self.held = effect.message

    def _on_acknowledged(self, effect: fx.Acknowledged) -> None:
        self.held = None
        self._settled.append(effect.send_id)
        self._waiting.acknowledged(effect)

    def _on_failed(self, effect: fx.Failed) -> None:
        self._settled.append(effect.send_id)
        self._waiting.failed(effect.send_id, refusal(Fault(effect.code, effect.message)))

    def _on_rejected(self, effect: fx.Rejected) -> None:
        self._rejected(refusal(Fault(effect.code, effect.message)))

    def _rejected(self, error: ChatError) -> None:
        self._transport.hang_up()
        self.fail(error)

    def _origin(self, info: RoomInfo) -> Origin:
        return self._disk.cache.origin(info) if self._disk else from_head(info)

    # ── what applications ask for ────────────────────────────────────────────────────────────────

    @property
    def link(self) -> JoinLink:
        """The realm's join link."""
        return self._link

    @property
    def address(self) -> str:
        """Where the server is, for people."""
        return f"{bracketed(self._link.host)}:{self._link.port}"

    @property
    def obstacle(self) -> str:
        """Why the server does not answer, as far as that was seen, as " (…)", or ""."""
        return self._handshakes.obstacle

    @property
    def waiting(self) -> int:
        """How many sends are not yet acknowledged."""
        return self.machine.unacknowledged[0] + len(self._fresh)

    @property
    def cache(self) -> Cache | None:
        """The profile's timelines, where there is a profile."""
        return self._disk.cache if self._disk else None

    def feed(self, room: int) -> Feed:
        """The newest events of a room."""
        if room not in self._feeds:
            self._feeds[room] = Feed(_FEED_BYTES_WITH_CACHE if self._disk else _FEED_BYTES)
        return self._feeds[room]

    def check(self) -> None:
        """Raise what made this client stop, if it did."""
        if self.error is not None:
            raise self.error

    def post(self, item: SendItem) -> asyncio.Future[fx.Acknowledged]:
        """Put a send into the outbox; it is on disk when `kept` returns.

        One that waits there already is not put there again, whoever asks for it.
        """
        self.check()
        if self.unkept is not None:
            raise self.unkept
        self.has_posted = True
        waits = self._waiting.send(item.id)
        if waits is not None:
            return waits
        future = self._waiting.for_send(item.id)
        if not self._fresh:
            self._keeping = self._loop.create_future()
            self._loop.call_soon(self._commit_sends)
        self._fresh.append(item)
        return future

    async def kept(self) -> None:
        """Until all that was posted is on the disk of the profile, if there is one; ChatError.

        What many tasks post in one turn of the loop is written at once.
        """
        if self._keeping is not None:
            await asyncio.shield(self._keeping)

    def _commit_sends(self) -> None:
        items, self._fresh = self._fresh, []
        if not items or self._closed:
            return
        keeping, self._keeping = self._keeping, None
        assert keeping is not None
        if self._disk is not None:
            try:
                self._disk.add(items)
            except ChatError as error:
                for item in items:
                    self._waiting.failed(item.id, error)
                keeping.set_exception(error)
                keeping.exception()  # nobody may wait for it
                self.changed.wake()
                return
        keeping.set_result(None)
        self._run(self.machine.send, *items)

    async def room_in_outbox(self) -> None:
        """Until the outbox has room: this is what slows a program that sends faster than it can."""
        while self.error is None:
            entries, size = self.machine.unacknowledged
            if entries + len(self._fresh) < _OUTBOX_ENTRIES and size < _OUTBOX_BYTES:
                return
            await self.changed.wait()
        self.check()

    async def call(self, body: RequestBody, patience_s: float = math.inf) -> ReplyBody:
        """Ask the server, through reconnects, waiting where it says so; Refused when it says no.

        Refused also where it still says so after `patience_s`, in seconds; UsageError for a text
        that can never travel.
        """
        late = self._now() + patience_s
        while True:
            try:
                return await self.ask(body)
            except Refused as error:
                if not error.retryable or self._now() >= late:
                    raise
                await asyncio.sleep((heeded(error.retry_after) or 0.5) * (1 + random.random() / 2))

    async def ask(self, body: RequestBody) -> ReplyBody:
        """`call`, and Refused also where it would help to wait."""
        check_sayable(body)
        self.check()
        key = object()
        future = self._waiting.for_call(key)
        try:
            self._run(self.machine.call, key, body)
            return await future
        finally:
            self._waiting.forget_call(key)
            self.machine.cancel(key)

    def reconnect_now(self) -> None:
        """Connect now instead of when the backoff is over."""
        self.check()
        self._run(self.machine.reconnect_now)

    def set_presence(self, presence: Presence) -> None:
        """How the person at this session is shown from now on."""
        self._run(self.machine.be, presence)

    def server_us(self) -> int:
        """The server's time, in microseconds: this machine's where no server was reached yet."""
        server_us = self.machine.clock.server_us(self._now())
        return time.time_ns() // 1000 if server_us is None else server_us

    def open_room_later(self, room: int) -> None:
        """Ask how a room stands, once what is just being carried out is done."""
        self._loop.call_soon(self.open_room, room)

    def open_room(self, room: int) -> None:
        """The user became a member of a room."""
        self._run(self.machine.open_room, room)
