"""The client's decisions, all of them: what to do about every input, as effects in order.

It knows no socket, no clock and no disk. The shell carries out the effects, calls `tick` no later
than `wakeup()` says, and opens publications with `key_for`. The order is always: hello, subscribe,
barrier, catch up, live. What the fan-out plane says is believed only as far as a signature reaches;
heads from the request plane say whether it is all there.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

from zmqchat.errors import RETRYABLE, Code
from zmqchat.protocol.frames import EpochEnded, EventsFrame, Frame, Nudge, Signals
from zmqchat.protocol.people import Presence
from zmqchat.protocol.replies import (
    Beat,
    CaughtUpAll,
    ChainsAt,
    Fault,
    OpenedRooms,
    Reply,
    ReplyBody,
    RoomCreated,
    Sent,
    Welcome,
)
from zmqchat.protocol.requests import Bye, RequestBody, Send, SendItem, SetPresence
from zmqchat.sync.catching_up import GRACE_S
from zmqchat.sync.clock import Clock
from zmqchat.sync.context import Asked, Context, Jitter, Purpose, Timer
from zmqchat.sync.divergence import ChainAt
from zmqchat.sync.effects import AccountChanged, Answered, Effect, State, StateChanged
from zmqchat.sync.heartbeats import Heartbeats
from zmqchat.sync.listening import Answer, Listening
from zmqchat.sync.outbox import Outbox, Window
from zmqchat.sync.rooms import Rooms, Start, Verify, from_head
from zmqchat.sync.session import Identity, Session
from zmqchat.sync.signalling import Signalling

_ENDED = frozenset({Code.DEVICE_REMOVED, Code.DEACTIVATED})
"""What ends this device's sessions for good, whatever was asked."""

REQUEST_TIMEOUT_S = 10.0
"""A request that is not answered by then means that the server is gone."""


class Machine:
    """One client of one server. Every input returns the effects to execute, in order.

    `verify` checks Ed25519 signatures, `jitter` gives numbers in [0, 1), `nonce` 8 fresh bytes;
    `start` says where a room begins, `chain_at` which chain is stored for a room's seq. With
    `listen` false there is no SUB and no room is followed: enough to send and to ask.
    """

    def __init__(
        self,
        identity: Identity,
        *,
        verify: Verify,
        jitter: Jitter,
        nonce: Callable[[], bytes],
        start: Start = from_head,
        chain_at: ChainAt = lambda _room, _seq: None,
        listen: bool = True,
        window: Window = Window(),  # noqa: B008 - frozen
    ) -> None:
        self.clock = Clock()
        self.state = State.OFFLINE
        self._context = Context(jitter)
        self._listens = listen
        self._session = Session(self._context, identity)
        self._heartbeats = Heartbeats(self._context)
        self._rooms = Rooms(self._context, verify, start, chain_at, follow=listen)
        self._rooms.doubt = self._heartbeats.doubt
        self._rooms.renamed = self._session.rename
        self._signalling = Signalling(self._context)
        self._listening = Listening(self._context, self._rooms.epochs, nonce)
        self._outbox = Outbox(self._context, window)
        self._calls: dict[Hashable, RequestBody] = {}
        self._barriers = 0  # how often subscriptions came into force
        self._aligned = False  # heads were read after that
        self._nudged = -1
        self._account = -1  # the version that was told last
        self._handlers: dict[Purpose, Callable[[float, Asked, ReplyBody], bool]] = {
            Purpose.HELLO: self._on_welcome,
            Purpose.HEARTBEAT: self._on_beat,
            Purpose.SEND: self._on_sent,
            Purpose.CATCH_UP: self._on_caught_up,
            Purpose.CHAINS: self._on_chains,
            Purpose.OPEN_ROOMS: self._on_opened,
        }
        self._on_time: dict[Timer, Callable[[float], None]] = {
            Timer.DIAL: self._session.dial,
            Timer.CONNECT: self._lost,
            Timer.HEARTBEAT: self._beat,
            Timer.BARRIER: self._listen_elsewhere,
            Timer.LISTEN: self._listening.listen,
            Timer.CATCH_UP: self._rooms.catch_ups.send,
            Timer.SEARCH: self._rooms.branches.send,
            Timer.OPEN_ROOMS: lambda _now: self._rooms.queue.retry(),
            Timer.OUTBOX: lambda _now: None,  # every input ends with the outbox
        }

    # ── what the shell may look at ───────────────────────────────────────────────────────────────

    @property
    def rooms(self) -> Rooms:
        """Rooms and timelines, to read."""
        return self._rooms

    @property
    def welcome(self) -> Welcome | None:
        """The newest welcome, or None before the first."""
        return self._session.welcome

    @property
    def open(self) -> bool:
        """Whether there is a session now."""
        return self._session.open

    @property
    def unacknowledged(self) -> tuple[int, int]:
        """Sends that wait or are under way: how many, and their bytes."""
        return self._outbox.entries, self._outbox.size

    def key_for(self, handle: bytes) -> bytes | None:
        """The key that opens a publication on `handle`; None: drop it."""
        opening = self._rooms.epochs.opening(handle)
        return opening.key if opening else None

    def wakeup(self) -> float | None:
        """When `tick` is due at the latest."""
        sent, timer = self._context.oldest(), self._context.wakeup()
        times = [timer, None if sent is None else sent + REQUEST_TIMEOUT_S]
        return min((time for time in times if time is not None), default=None)

    # ── inputs ───────────────────────────────────────────────────────────────────────────────────

    def start(self, now: float) -> list[Effect]:
        """Connect, and stay connected until `stop`."""
        self._session.start(now)
        return self._end(now)

    def stop(self, now: float) -> list[Effect]:
        """Say goodbye and try nothing more."""
        if self._session.open:
            self._context.ask(now, Purpose.CALL, Bye())
        self._close()
        self._listening.drop()
        self._session.stop()
        return self._end(now)

    def connected(self, now: float) -> list[Effect]:
        """The request connection stands."""
        self._session.connected(now, self._rooms.newest())
        return self._end(now)

    def disconnected(self, now: float) -> list[Effect]:
        """The request connection broke."""
        self._lost(now)
        return self._end(now)

    def reply(self, now: float, reply: Reply) -> list[Effect]:
        """A reply frame came; one that nobody waits for is dropped."""
        asked = self._context.answered(reply.id)
        if asked is not None:
            if asked.purpose is Purpose.CALL:
                self._on_answer(now, asked, reply)
            elif reply.error is not None:
                self._on_fault(now, asked, reply.error)
            elif reply.ok is None or not self._handlers[asked.purpose](now, asked, reply.ok):
                self._lost(now)  # an answer to another question: this peer is out of step
        return self._end(now)

    def frames(self, now: float, frames: Sequence[tuple[bytes, Frame]]) -> list[Effect]:
        """Everything that was drained from the SUB at once, opened, with its handles."""
        touched: dict[int, None] = {}
        for handle, frame in frames:
            opening = self._rooms.epochs.opening(handle)
            if opening is None:
                continue
            if opening.room is None:
                self._on_nudge(now, frame)
            elif isinstance(frame, EventsFrame):
                self._rooms.hold(now, opening, frame)
                touched[opening.room] = None
            elif isinstance(frame, EpochEnded):
                self._rooms.drain(now, touched)
                self._rooms.epoch_ended(now, opening, frame)
            elif isinstance(frame, Signals):
                self._signalling.heard(opening, frame)
        self._rooms.drain(now, touched)
        return self._end(now)

    def barrier(self, now: float, topic: bytes) -> list[Effect]:
        """The broker answered a barrier."""
        answer = self._listening.answered(topic)
        if answer is not Answer.STALE:
            self._barriers += 1
            if answer is Answer.IN_FORCE:
                self._beat(now)
            else:  # every client of this broker is asking itself the same now: with jitter, then
                self._aligned = False
                self._heartbeats.doubt(now)
        return self._end(now)

    def token_refused(self, now: float) -> list[Effect]:
        """The broker did not admit this client's SUB."""
        self._aligned = False
        if not self._listening.refused(now):
            self._listening.drop()
            self._lost(now, 1.0)  # a welcome has a fresh token
        return self._end(now)

    def tick(self, now: float) -> list[Effect]:
        """Time has passed."""
        oldest = self._context.oldest()
        if oldest is not None and now - oldest >= REQUEST_TIMEOUT_S:
            self._lost(now)
        for timer in self._context.due(now):
            self._on_time[timer](now)
        return self._end(now)

    # ── commands ─────────────────────────────────────────────────────────────────────────────────

    def send(self, now: float, *items: SendItem) -> list[Effect]:
        """Put sends into the outbox, in order; each is acknowledged or fails, once."""
        for item in items:
            self._outbox.add(item)
        return self._end(now)

    def call(self, now: float, key: Hashable, body: RequestBody) -> list[Effect]:
        """Ask the server something; `Answered(key, …)` follows, also across reconnects."""
        self._calls[key] = body
        if self._session.open:
            self._context.ask(now, Purpose.CALL, body, key)
        return self._end(now)

    def cancel(self, key: Hashable) -> None:
        """Nobody waits for the call any more."""
        self._calls.pop(key, None)

    def be(self, now: float, presence: Presence) -> list[Effect]:
        """How the person at this session is shown, now and after every reconnect."""
        self._session.be(presence)
        if self._session.open:
            self._context.ask(now, Purpose.CALL, SetPresence(presence))
        return self._end(now)

    def open_room(self, now: float, room: int) -> list[Effect]:
        """The user became a member of `room`: fetch its keys and follow it."""
        if self._session.open:
            self._rooms.queue.add(room)
        return self._end(now)

    # ── replies ──────────────────────────────────────────────────────────────────────────────────

    def _on_welcome(self, now: float, asked: Asked, welcome: ReplyBody) -> bool:
        if not isinstance(welcome, Welcome):
            return False
        self.clock.sample(asked.sent, now, welcome.time_us)
        self._session.welcomed(welcome)
        self._nudged = -1  # a server counts its nudges from its start
        self._heartbeats.begin(now, welcome.cursor, welcome.heartbeat_s)
        self._signalling.begin(welcome.rooms)
        self._listening.unsubscribe(self._rooms.begin(now, welcome, asked.about))
        self._aligned = not self._listens
        if self._listens:
            self._listening.welcome(now, welcome.brokers, welcome.listen)
        for key, body in self._calls.items():
            self._context.ask(now, Purpose.CALL, body, key)
        self._on_account(welcome.account)
        return True

    def _on_beat(self, now: float, asked: Asked, beat: ReplyBody) -> bool:
        if not isinstance(beat, Beat):
            return False
        barriers, applied = asked.about
        self.clock.sample(asked.sent, now, beat.time_us)
        self._session.works()
        self._heartbeats.answered(now, beat.cursor)
        if beat.listen is not None:
            self._listening.renew(beat.listen)
        self._on_membership(beat.rooms, applied)
        self._on_account(beat.account)
        for head in beat.heads:
            self._rooms.head(now, head, applied.get(head.room, -1))
        self._rooms.unconfirmed(now, applied)
        fresh = self._listening.in_force and barriers == self._barriers
        self._rooms.catch_ups.want(now, GRACE_S if self._aligned else 0.0)
        self._aligned = self._aligned or fresh
        if beat.personal is not None and self._rooms.epochs.renew(beat.personal):
            self._listen(now)
        return True

    def _on_account(self, version: int) -> None:
        if version != self._account:
            self._account = version
            self._context.emit(AccountChanged(version))

    def _on_membership(self, rooms: Sequence[int] | None, known: Mapping[int, int]) -> None:
        """All rooms of the user, as they were when the rooms in `known` were known here."""
        if rooms is None:
            return
        for room in set(rooms) - self._rooms.infos.keys():
            self._rooms.queue.add(room)
        for room in known.keys() & self._rooms.infos.keys() - set(rooms):
            self._listening.unsubscribe(self._rooms.close(room))

    def _on_sent(self, now: float, asked: Asked, sent: ReplyBody) -> bool:
        if not isinstance(sent, Sent) or not self._outbox.results(now, asked.about, sent.results):
            return False
        self._session.works()
        return True

    def _on_caught_up(self, now: float, asked: Asked, caught_up: ReplyBody) -> bool:
        if not isinstance(caught_up, CaughtUpAll):
            return False
        self._rooms.catch_ups.answered(now, asked.about, caught_up.spans)
        return True

    def _on_chains(self, now: float, asked: Asked, chains: ReplyBody) -> bool:
        if not isinstance(chains, ChainsAt):
            return False
        self._rooms.branches.answered(now, asked.about, chains.chains)
        return True

    def _on_opened(self, now: float, asked: Asked, opened: ReplyBody) -> bool:
        if not isinstance(opened, OpenedRooms):
            return False
        self._rooms.queue.answered(asked.about)
        for room in set(asked.about) - {info.room for info in opened.rooms}:
            self._listening.unsubscribe(self._rooms.close(room))
        if self._rooms.adopt(now, opened.rooms, {}):
            self._listen(now)
        self._rooms.catch_ups.want(now)
        return True

    def _on_answer(self, now: float, asked: Asked, reply: Reply) -> None:
        if reply.error is not None and reply.error.code == Code.NO_SESSION:
            self._lost(now)
        elif reply.error is not None and reply.error.code in _ENDED:
            self._expelled(reply.error)
        elif asked.about in self._calls:
            del self._calls[asked.about]
            if isinstance(reply.ok, RoomCreated) and self._rooms.adopt(now, [reply.ok.room], {}):
                self._listen(now)
            self._context.emit(Answered(asked.about, reply))

    def _on_fault(self, now: float, asked: Asked, fault: Fault) -> None:
        match asked.purpose:
            case Purpose.HELLO:
                self._on_hello_fault(now, fault)
            case _ if fault.code == Code.NO_SESSION:
                self._lost(now)
            case _ if fault.code in _ENDED:
                self._expelled(fault)
            case Purpose.HEARTBEAT:
                self._heartbeats.answered(now, None)
            case Purpose.SEND:
                self._outbox.refused(now, asked.about, fault)
            case Purpose.CATCH_UP:
                self._rooms.catch_ups.refused(now, fault.retry_after)
            case Purpose.CHAINS:
                self._rooms.branches.refused(now)
            case Purpose.OPEN_ROOMS:
                self._rooms.queue.refused(now)

    def _on_hello_fault(self, now: float, fault: Fault) -> None:
        if fault.code in RETRYABLE or fault.code == Code.INTERNAL:
            self._outbox.hold(fault.code, fault.message)
            self._lost(now, fault.retry_after)
        else:
            self._expelled(fault)

    def _expelled(self, fault: Fault) -> None:
        """There is no session any more, and there will be none."""
        self._close()
        self._listening.drop()
        self._session.rejected(fault)

    # ── the fan-out plane ────────────────────────────────────────────────────────────────────────

    def _on_nudge(self, now: float, frame: Frame) -> None:
        if isinstance(frame, Nudge) and frame.counter > self._nudged:
            self._nudged = frame.counter
            self._beat(now)

    def _listen(self, now: float) -> None:
        if self._listens:
            self._listening.subscribe(now)

    def _listen_elsewhere(self, now: float) -> None:
        self._aligned = False
        self._listening.unanswered(now)

    # ── together ─────────────────────────────────────────────────────────────────────────────────

    def _beat(self, now: float) -> None:
        self._heartbeats.beat(now, (self._barriers, self._rooms.newest()))

    def _lost(self, now: float, wait: float | None = None) -> None:
        self._close()
        self._session.lost(now, wait)

    def _close(self) -> None:
        self._context.forget_requests()
        self._context.clear(Timer.OUTBOX)
        self._heartbeats.end()
        self._rooms.end()
        self._outbox.reset()
        self._session.open = False

    def _end(self, now: float) -> list[Effect]:
        """What every input ends with: requests that may go out now, and the state."""
        if self._session.open:
            self._rooms.queue.send(now)
            while batch := self._outbox.next_batch(now):
                number, items = batch
                self._context.ask(now, Purpose.SEND, Send(list(items)), number)
        state = self._session.state or self._open_state()
        if state is not self.state:
            self.state = state
            self._context.emit(StateChanged(state))
        return self._context.take()

    def _open_state(self) -> State:
        whole = self._aligned and not self._rooms.behind and not self._rooms.branches.searches
        return State.LIVE if whole else State.CATCHING_UP
