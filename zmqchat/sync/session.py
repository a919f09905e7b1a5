"""The session: dialling, hello, giving up on a silent server, and trying again with backoff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec

from zmqchat.protocol import limits
from zmqchat.protocol.people import Presence
from zmqchat.protocol.replies import Fault, Welcome
from zmqchat.protocol.requests import Hello
from zmqchat.sync.context import Context, Purpose, Timer, heeded
from zmqchat.sync.effects import Dial, HangUp, Rejected, State

_FIRST_WAIT_S = 0.1
_LONGEST_WAIT_S = 5.0
_CONNECT_S = 5.0
_STEADY_S = 10.0
"""A session that has worked for so long was a good one: the next loss is a new one."""

_IMPATIENT_S = 1.0
"""An attempt that began a moment ago is not begun anew, however often somebody asks."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who says hello: a name, the join link's token, and what to call program and device.

    `password` or the one-time `code` makes this device a further one of the name's user; they are
    shown until the first welcome.
    """

    name: str
    token: str = ""
    client: str = ""
    label: str = ""
    password: str = ""
    code: str = ""
    presence: Presence = Presence.ONLINE


class Session:
    """One session at a time. `welcome` is the newest, kept while there is no session."""

    def __init__(self, context: Context, identity: Identity) -> None:
        self._context = context
        self._identity = identity
        self._attempts = 0
        self._running = False
        self._dialled = False
        self._dialled_at = 0.0
        self._opened_at = 0.0
        self._connected = False
        self.open = False
        self.welcome: Welcome | None = None

    @property
    def state(self) -> State | None:
        """OFFLINE or CONNECTING, or None while the session is open."""
        if self.open:
            return None
        return State.CONNECTING if self._running and self._dialled else State.OFFLINE

    def start(self, now: float) -> None:
        """Dial now, and keep trying until `stop` or a refusal."""
        if not self._running:
            self._running = True
            self.dial(now)

    def stop(self) -> None:
        """Try nothing more."""
        self._running = self._dialled = self._connected = self.open = False
        self._context.clear(Timer.DIAL, Timer.CONNECT)

    def dial(self, now: float) -> None:
        """A fresh connection."""
        self._dialled, self._connected = True, False
        self._dialled_at = now
        self._context.clear(Timer.DIAL)
        self._context.emit(Dial())
        self._context.set(Timer.CONNECT, now + self._context.spread(_CONNECT_S))

    def dial_now(self, now: float) -> None:
        """Somebody does not want to wait: a fresh connection, unless there is one already.

        What went wrong before is forgotten: the waits grow from the shortest again.
        """
        fresh = self._dialled and now - self._dialled_at < _IMPATIENT_S
        if self._running and not self._connected and not fresh:
            self._attempts = 0
            self.dial(now)

    def retry_at(self) -> float | None:
        """When the next attempt begins, while none is under way."""
        return None if self._dialled else self._context.at(Timer.DIAL)

    def connected(self, now: float, newest: Mapping[int, int]) -> None:
        """The connection stands: say hello. `newest` is each room's newest applied seq.

        One that was given up stands for nobody: the next is dialled when its time has come.
        """
        if self._running and self._dialled:
            self._connected = True
            self._context.clear(Timer.CONNECT)
            who = self._identity
            hello = Hello(
                [limits.VERSION],
                who.name,
                who.client,
                who.token,
                who.label,
                who.password,
                who.code,
                who.presence,
            )
            self._context.ask(now, Purpose.HELLO, hello, newest)

    def welcomed(self, now: float, welcome: Welcome) -> None:
        """The session is open."""
        self.open, self.welcome, self._opened_at = True, welcome, now
        self._identity = replace(self._identity, password="", code="")

    def be(self, presence: Presence) -> None:
        """How the person at this session is shown from the next hello on."""
        self._identity = replace(self._identity, presence=presence)

    def rename(self, name: str) -> None:
        """The user has another name now."""
        self._identity = replace(self._identity, name=name)
        if self.welcome is not None:
            self.welcome = msgspec.structs.replace(self.welcome, name=name)

    def works(self, now: float) -> None:
        """The session answers requests: if it has done so for a while, the next loss is a new one.

        Of those that are lost a moment after they began, each loss makes the wait longer.
        """
        if now - self._opened_at >= _STEADY_S:
            self._attempts = 0

    def lost(self, now: float, wait: float | None = None) -> None:
        """The connection is gone or useless: dial again after `wait` seconds or a backoff."""
        waiting = not self._dialled
        self.open = self._dialled = self._connected = False
        self._context.clear(Timer.CONNECT)
        if self._running and not waiting:
            self._context.emit(HangUp())  # libzmq would connect again by itself, beside the next
            backoff = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2**self._attempts)
            self._attempts = min(self._attempts + 1, 16)
            self._context.set(Timer.DIAL, now + self._context.spread(max(backoff, heeded(wait))))

    def rejected(self, fault: Fault) -> None:
        """The server will not have this session, whatever the time."""
        self.stop()
        self._context.emit(Rejected(fault.code, fault.message))
