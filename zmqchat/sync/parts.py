"""What a machine is made of, and what it does with several of its parts at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from zmqchat.protocol.replies import Fault
from zmqchat.protocol.requests import RequestBody
from zmqchat.sync.clock import Clock
from zmqchat.sync.context import Context, Jitter, Timer
from zmqchat.sync.divergence import ChainAt
from zmqchat.sync.effects import State
from zmqchat.sync.heartbeats import Heartbeats
from zmqchat.sync.listening import Listening
from zmqchat.sync.outbox import Outbox, Window
from zmqchat.sync.rooms import Rooms, Start, Verify
from zmqchat.sync.session import Identity, Session
from zmqchat.sync.signalling import Signalling


class Parts:
    """One of each, over one context. The arguments are the machine's."""

    def __init__(
        self,
        identity: Identity,
        verify: Verify,
        jitter: Jitter,
        nonce: Callable[[], bytes],
        start: Start,
        chain_at: ChainAt,
        listen: bool,
        window: Window,
    ) -> None:
        self.clock = Clock()
        self.context = Context(jitter)
        self.session = Session(self.context, identity)
        self.heartbeats = Heartbeats(self.context)
        self.rooms = Rooms(self.context, verify, start, chain_at, follow=listen)
        self.rooms.doubt = self.heartbeats.doubt
        self.rooms.renamed = self.session.rename
        self.signalling = Signalling(self.context)
        self.listening = Listening(self.context, self.rooms.epochs, nonce)
        self.listens = listen
        self.outbox = Outbox(self.context, window)
        self.calls: dict[Hashable, RequestBody] = {}
        """What the shell asked and nobody has answered yet."""
        self.barriers = 0
        """How often subscriptions came into force."""
        self.aligned = False
        """Whether heads were read after that."""

    @property
    def state(self) -> State:
        """Where the machine stands."""
        return self.session.state or self._open_state()

    def _open_state(self) -> State:
        whole = self.aligned and not self.rooms.behind and not self.rooms.branches.searches
        return State.LIVE if whole else State.CATCHING_UP

    def beat(self, now: float) -> None:
        """A heartbeat, with what is known now."""
        self.heartbeats.beat(now, (self.barriers, self.rooms.newest()))

    def listen(self, now: float) -> None:
        """Hear what is wanted since the rooms changed."""
        if self.listens:
            self.listening.subscribe(now)

    def listen_elsewhere(self, now: float) -> None:
        """The broker did not answer the barrier."""
        self.aligned = False
        self.listening.unanswered(now)

    def lost(self, now: float, wait: float | None = None) -> None:
        """The session is gone; there will be another, after `wait` seconds or a backoff."""
        self.close()
        self.session.lost(now, wait)

    def expelled(self, fault: Fault) -> None:
        """The session is gone, and there will be none."""
        self.close()
        self.listening.drop()
        self.session.rejected(fault)

    def close(self) -> None:
        """The session is gone, and what was under way in it."""
        self.context.forget_requests()
        self.context.clear(Timer.OUTBOX)
        self.heartbeats.end()
        self.rooms.end()
        self.outbox.reset()
        self.session.open = False
