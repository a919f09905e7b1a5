"""The limits of the request plane: who has to wait, and for how long.

A client at its limit is slowed and told when to come again, never failed for good; the numbers
are in `domain.limits`.
"""

from __future__ import annotations

from zmqchat.domain import limits as rates
from zmqchat.errors import Code, Refused
from zmqchat.protocol.limits import SENDS_IN_FLIGHT
from zmqchat.protocol.replies import Refusal
from zmqchat.server.sessions import Session

READS_IN_FLIGHT = 16
"""Reads of one session that may wait at once."""


class Admission:
    """One server's buckets. Times named `now` are monotonic seconds."""

    def __init__(self) -> None:
        self._hellos_by_device = rates.Limiter(rates.HELLOS_PER_DEVICE)
        self._hellos_by_address = rates.Limiter(rates.HELLOS_PER_ADDRESS)
        self._sends = rates.Limiter(rates.SENDS_PER_DEVICE)
        self._reads = rates.Limiter(rates.READS_PER_DEVICE)
        self._rooms = rates.Limiter(rates.ROOMS_PER_DEVICE)

    def hello(self, key: str, address: str, now: float) -> None:
        """Lets a connection say hello; Refused(RATE_LIMITED) otherwise."""
        wait = self._hellos_by_device.wait(key, now) or self._hellos_by_address.wait(address, now)
        if wait:
            raise Refused(Code.RATE_LIMITED, "Too many connections are being made.", wait)

    def sends(self, session: Session, count: int, now: float) -> Refusal | None:
        """None, or why `count` more sends are refused for now."""
        if session.sends_in_flight + count > SENDS_IN_FLIGHT:
            text = f"More than {SENDS_IN_FLIGHT} of your messages are under way."
            return Refusal(Code.BUSY, text, 0.1)
        if wait := self._sends.wait(session.actor.device, now, count):
            return Refusal(Code.RATE_LIMITED, "You are sending faster than is allowed.", wait)
        return None

    def read(self, session: Session, now: float) -> None:
        """Lets a session read; Refused(RATE_LIMITED or BUSY) otherwise."""
        if session.reads_in_flight >= READS_IN_FLIGHT:
            raise Refused(Code.BUSY, "Too many of your reads are under way.", 0.1)
        if wait := self._reads.wait(session.actor.device, now):
            raise Refused(Code.RATE_LIMITED, "You are reading faster than is allowed.", wait)

    def create(self, session: Session, now: float) -> None:
        """Lets a session make a room; Refused(RATE_LIMITED) otherwise."""
        if wait := self._rooms.wait(session.actor.device, now):
            raise Refused(Code.RATE_LIMITED, "You are making rooms faster than is allowed.", wait)
