"""The client's decisions, all of them: what to do about every input, as effects in order.

It knows no socket, no clock and no disk. The shell carries out the effects, calls `tick` no later
than `wakeup()` says, and opens publications with `key_for`. The order is always: hello, subscribe,
barrier, catch up, live. What the fan-out plane says is believed only as far as a signature reaches;
heads from the request plane say whether it is all there. What replies bring about is in `answers`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from zmqchat.protocol.frames import EpochEnded, EventsFrame, Frame, Nudge, Signals
from zmqchat.protocol.people import Presence
from zmqchat.protocol.replies import Reply, Welcome
from zmqchat.protocol.requests import Bye, RequestBody, Send, SendItem, SetPresence
from zmqchat.sync.answers import Answers
from zmqchat.sync.context import Jitter, Purpose, Timer
from zmqchat.sync.divergence import ChainAt
from zmqchat.sync.effects import Effect, State, StateChanged
from zmqchat.sync.listening import Answer
from zmqchat.sync.outbox import Window
from zmqchat.sync.parts import Parts
from zmqchat.sync.rooms import Rooms, Start, Verify, from_head
from zmqchat.sync.session import Identity

SILENCE_S = 10.0
"""A server that does not answer a hello or a heartbeat by then is gone."""

_SIGNS_OF_LIFE = frozenset({Purpose.HELLO, Purpose.HEARTBEAT})
"""What a server answers at once. Other answers may take long where it has much to do, and whoever
gave it up then would ask everything again."""


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
        parts = Parts(identity, verify, jitter, nonce, start, chain_at, listen, window)
        self.clock = parts.clock
        self.state = State.OFFLINE
        self._parts = parts
        self._context, self._session = parts.context, parts.session
        self._rooms, self._listening, self._outbox = parts.rooms, parts.listening, parts.outbox
        self._answers = Answers(parts)
        self._on_time: dict[Timer, Callable[[float], None]] = {
            Timer.DIAL: parts.session.dial,
            Timer.CONNECT: parts.lost,
            Timer.HEARTBEAT: parts.beat,
            Timer.BARRIER: parts.listen_elsewhere,
            Timer.LISTEN: parts.listening.listen,
            Timer.CATCH_UP: parts.rooms.catch_ups.send,
            Timer.SEARCH: parts.rooms.branches.retry,
            Timer.OPEN_ROOMS: lambda _now: parts.rooms.queue.retry(),
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

    @property
    def retry_at(self) -> float | None:
        """When the next attempt to connect begins, or None while there is nothing to wait for."""
        return self._session.retry_at()

    def key_for(self, handle: bytes) -> bytes | None:
        """The key that opens a publication on `handle`; None: drop it."""
        opening = self._rooms.epochs.opening(handle)
        return opening.key if opening else None

    def wakeup(self) -> float | None:
        """When `tick` is due at the latest."""
        sent, timer = self._context.oldest(_SIGNS_OF_LIFE), self._context.wakeup()
        times = [timer, None if sent is None else sent + SILENCE_S]
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
        self._parts.close()
        self._listening.drop()
        self._session.stop()
        return self._end(now)

    def connected(self, now: float) -> list[Effect]:
        """The request connection stands."""
        self._session.connected(now, self._rooms.newest())
        return self._end(now)

    def disconnected(self, now: float) -> list[Effect]:
        """The request connection broke."""
        self._parts.lost(now)
        return self._end(now)

    def reply(self, now: float, reply: Reply) -> list[Effect]:
        """A reply frame came; one that nobody waits for is dropped."""
        asked = self._context.answered(reply.id)
        if asked is not None:
            self._answers.read(now, asked, reply)
        return self._end(now)

    def frames(self, now: float, frames: Sequence[tuple[bytes, Frame]]) -> list[Effect]:
        """Everything that was drained from the SUB at once, opened, with its handles."""
        touched: dict[int, None] = {}
        for handle, frame in frames:
            opening = self._rooms.epochs.opening(handle)
            if opening is None:
                continue
            if opening.room is None:
                self._nudged(now, frame)
            elif isinstance(frame, EventsFrame):
                self._rooms.hold(now, opening, frame)
                touched[opening.room] = None
            elif isinstance(frame, EpochEnded):
                self._rooms.drain(now, touched)
                self._rooms.epoch_ended(now, opening, frame)
            elif isinstance(frame, Signals):
                self._parts.signalling.heard(opening, frame)
        self._rooms.drain(now, touched)
        return self._end(now)

    def barrier(self, now: float, topic: bytes) -> list[Effect]:
        """The broker answered a barrier."""
        answer = self._listening.answered(topic)
        if answer is not Answer.STALE:
            self._parts.barriers += 1
            if answer is Answer.IN_FORCE:
                self._parts.beat(now)
            else:  # every client of this broker is asking itself the same now: with jitter, then
                self._parts.aligned = False
                self._parts.heartbeats.doubt(now)
        return self._end(now)

    def token_refused(self, now: float) -> list[Effect]:
        """The broker did not admit this client's SUB."""
        self._parts.aligned = False
        if not self._listening.refused(now):
            self._listening.drop()
            self._parts.lost(now, 1.0)  # a welcome has a fresh token
        return self._end(now)

    def tick(self, now: float) -> list[Effect]:
        """Time has passed."""
        oldest = self._context.oldest(_SIGNS_OF_LIFE)
        if oldest is not None and now - oldest >= SILENCE_S:
            self._parts.lost(now)
        for timer in self._context.due(now):
            self._on_time[timer](now)
        return self._end(now)

    # ── commands ─────────────────────────────────────────────────────────────────────────────────

    def reconnect_now(self, now: float) -> list[Effect]:
        """Connect now instead of at `retry_at`; nothing where a connection stands."""
        self._session.dial_now(now)
        return self._end(now)

    def send(self, now: float, *items: SendItem) -> list[Effect]:
        """Put sends into the outbox, in order; each is acknowledged or fails, once."""
        for item in items:
            self._outbox.add(item)
        return self._end(now)

    def call(self, now: float, key: Hashable, body: RequestBody) -> list[Effect]:
        """Ask the server something; `Answered(key, …)` follows, also across reconnects."""
        self._parts.calls[key] = body
        if self._session.open:
            self._context.ask(now, Purpose.CALL, body, key)
        return self._end(now)

    def cancel(self, key: Hashable) -> None:
        """Nobody waits for the call any more."""
        self._parts.calls.pop(key, None)

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

    # ── together ─────────────────────────────────────────────────────────────────────────────────

    def _nudged(self, now: float, frame: Frame) -> None:
        if isinstance(frame, Nudge) and self._parts.heartbeats.nudged(frame.counter):
            self._parts.beat(now)

    def _end(self, now: float) -> list[Effect]:
        """What every input ends with: requests that may go out now, and the state."""
        if self._session.open:
            self._rooms.queue.send(now)
            while batch := self._outbox.next_batch(now):
                number, items = batch
                self._context.ask(now, Purpose.SEND, Send(list(items)), number)
        state = self._parts.state
        if state is not self.state:
            self.state = state
            self._context.emit(StateChanged(state))
        return self._context.take()
