"""Requests that have arrived and wait for the loop: by turns, and a turn of the loop has an end.

ROUTER takes turns by connection, and cannot pause one. So requests are read ahead and shared out
among users, then devices (`turns`), by the time that answering them really took: who has many
connections, or asks for what is dear, is behind nobody but oneself. Strangers together count as one
user. What one device sent stays in order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Final

from zmqchat.domain.draft import State
from zmqchat.errors import Code, PeerError, Refused
from zmqchat.protocol import codec
from zmqchat.runtime.peers import place_of
from zmqchat.server.parts import Incoming
from zmqchat.server.sessions import Sessions
from zmqchat.server.turns import Turn, Turns

WORK_US: Final = 5_000
"""How long a turn of the loop answers requests, before it looks after everything else."""

MOST_OF_A_DEVICE_US: Final = 100_000
"""What waits of one device, reckoned: some ten requests of a megabyte, or 4,500 small ones."""

MOST_US: Final = 500_000
"""What waits of all together, reckoned, before nothing more is read."""

_REQUEST_US: Final = 20
_BYTES_A_US: Final = 100

_STRANGERS: Final = "strangers"
_SEND: Final = "send"


class Arrivals:
    """Requests between the socket and the service.

    Times are of the loop's processor: nobody is charged for what else ran meanwhile.
    """

    def __init__(
        self,
        state: State,
        sessions: Sessions,
        handle: Callable[[Incoming], object],
        refuse: Callable[[Incoming, int, Refused], object],
        clock_ns: Callable[[], int] = time.thread_time_ns,
    ) -> None:
        self._state = state
        self._sessions = sessions
        self._handle = handle
        self._refuse = refuse
        self._clock_ns = clock_ns
        self._turns: Turns[Incoming] = Turns()

    def __bool__(self) -> bool:
        return bool(self._turns)

    @property
    def full(self) -> bool:
        """Whether so much waits that nothing more should be read now."""
        return self._turns.waiting >= MOST_US

    def put(self, incoming: Incoming) -> None:
        """Takes a request in.

        Where too much of its device waits, it is refused; a send is decided in its order always, so
        then the oldest of them are answered at once, and counted like all others.
        """
        user, device = self._whose(incoming)
        cost = _REQUEST_US + len(incoming.data) // _BYTES_A_US
        while self._turns.waiting_of(user, device) + cost > MOST_OF_A_DEVICE_US:
            if not self._is_send(incoming):
                return
            turn = self._turns.take_of(user, device)
            if turn is None:
                break
            self._answer(turn)
        self._turns.put(user, device, cost, incoming)

    def work(self, until: Callable[[], bool], after: Callable[[Incoming], object]) -> None:
        """Answers by turns, for as long as a turn of the loop may; or `until` is true."""
        ends_ns = self._clock_ns() + WORK_US * 1_000
        while not until() and (turn := self._turns.take()) is not None:
            self._answer(turn)
            after(turn.item)
            if self._clock_ns() >= ends_ns:
                return

    def _answer(self, turn: Turn[Incoming]) -> None:
        began_ns = self._clock_ns()
        self._handle(turn.item)
        self._turns.charge(turn, (self._clock_ns() - began_ns) // 1_000 - turn.cost)

    def _whose(self, incoming: Incoming) -> tuple[Hashable, Hashable]:
        """The connection's key is proved, so it is known whose it is before any hello."""
        session = self._sessions.find(incoming.peer, incoming.key)
        if session is not None:
            return session.actor.user.id, session.actor.device
        device = self._state.device_of(bytes.fromhex(incoming.key))
        if device is not None and not device.removed_us:
            return device.user, device.id
        return _STRANGERS, place_of(incoming.address)

    def _is_send(self, incoming: Incoming) -> bool:
        """Whether it is a send; anything else is refused here, and nothing at all is decoded."""
        try:
            envelope = codec.decode_envelope(incoming.data)
        except PeerError:
            self._refuse(incoming, 0, _busy(self._turns.waiting))
            return False
        if envelope.type == _SEND:
            return True
        self._refuse(incoming, envelope.id, _busy(self._turns.waiting))
        return False


def _busy(waiting_us: int) -> Refused:
    text = "More of your requests wait than are kept for a device; nothing was done."
    return Refused(Code.BUSY, text, max(0.1, waiting_us / 1e6))
